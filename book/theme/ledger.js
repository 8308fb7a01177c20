// Filters the claims ledger. Without it the page shows every claim.
'use strict';

(function ledger() {
    const form = document.getElementById('ledger');
    if (!form) {
        return;
    }
    const names = ['words', 'topic', 'verdict', 'note'];
    const shown = form.querySelector('.ledger-shown');
    const rows = Array.from(document.querySelectorAll('.claim-entry'), row => ({
        row,
        ...row.dataset,
        text: row.textContent.toLowerCase(),
    }));
    const topics = Array.from(document.querySelectorAll('.claim-topic'));

    const read = () => {
        const wanted = new URLSearchParams(location.search);
        names.forEach(name => {
            form.elements[name].value = wanted.get(name) || '';
            // A value that no option has would show an empty box.
            if (form.elements[name].selectedIndex === -1) {
                form.elements[name].value = '';
            }
        });
    };

    // The address tells what is shown, so that it can be kept and sent.
    const write = () => {
        const address = new URL(location.href);
        names.forEach(name => {
            const value = form.elements[name].value.trim();
            if (value) {
                address.searchParams.set(name, value);
            } else {
                address.searchParams.delete(name);
            }
        });
        try {
            history.replaceState(history.state, '', address);
        } catch {
            // A page from a file may not change its address; what is shown stays right.
        }
    };

    const show = () => {
        const [words, topic, verdict, note] = names.map(name => form.elements[name].value);
        const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
        let count = 0;
        rows.forEach(({ row, text, ...is }) => {
            const fits = (!topic || is.topic === topic)
                && (!verdict || is.verdict === verdict)
                && (!note || is.notes.split(' ').includes(note))
                && wanted.every(word => text.includes(word));
            row.hidden = !fits;
            count += fits;
        });
        topics.forEach(box => {
            box.hidden = !box.querySelector('.claim-entry:not([hidden])');
        });
        shown.textContent = count === rows.length
            ? `All ${count} claims are shown.`
            : `${count} of ${rows.length} claims are shown.`;
    };

    // A link to a claim leads to it, whatever is filtered.
    const reveal = () => {
        const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
        if (target && target.closest('[hidden]')) {
            form.reset();
            target.scrollIntoView();
        }
    };

    // A screen reader is told the count when the typing pauses, not at each letter.
    let pause;
    form.addEventListener('input', event => {
        clearTimeout(pause);
        pause = setTimeout(() => { show(); write(); }, event.target.name === 'words' ? 200 : 0);
    });
    form.addEventListener('submit', event => event.preventDefault());
    // The fields are empty only after this event.
    form.addEventListener('reset', () => {
        names.forEach(name => { form.elements[name].value = ''; });
        show();
        write();
    });
    // The arrow keys and letters belong to the fields, not to the book.
    form.addEventListener('keydown', event => event.stopPropagation());
    window.addEventListener('hashchange', reveal);

    document.querySelectorAll('.ledger-counts td').forEach(cell => {
        const count = cell.textContent;
        if (count === '0') {
            return;
        }
        const link = document.createElement('a');
        const wanted = new URLSearchParams(Object.entries(cell.dataset).filter(([, value]) => value));
        link.href = `?${wanted}#claims`;
        link.textContent = count;
        link.setAttribute('aria-label', `Show ${count} claims`);
        cell.replaceChildren(link);
    });

    read();
    form.hidden = false;
    show();
    reveal();
})();
