// Mends what mdBook's own page leaves out for people who use a keyboard or a screen reader.
'use strict';

(function course() {
    // The menu button is a label, which Tab passes over.
    const menu = document.getElementById('mdbook-sidebar-toggle');
    if (menu) {
        menu.setAttribute('role', 'button');
        menu.tabIndex = 0;
        menu.addEventListener('keydown', event => {
            if (event.key === 'Enter' || event.key === ' ') {
                event.preventDefault();
                menu.click();
            }
        });
    }

    const main = document.querySelector('main');
    if (main) {
        main.id = main.id || 'text';
        main.tabIndex = -1;
        const skip = document.createElement('a');
        skip.className = 'skip-link';
        skip.href = '#' + main.id;
        skip.textContent = 'Skip to the text';
        document.body.prepend(skip);
    }

    // The page's own heading is the first one; the bar repeats the book's name.
    const bar = document.querySelector('.menu-title');
    if (bar) {
        bar.setAttribute('role', 'presentation');
    }

    const search = document.getElementById('mdbook-searchbar');
    if (search) {
        search.setAttribute('aria-label', 'Search this book');
        search.setAttribute('aria-describedby', 'mdbook-searchresults-header');
    }

    // What scrolls sideways can be reached by Tab, and its arrow keys turn no page.
    const boxes = Array.from(document.querySelectorAll('.lanes, .chart-box, .measured-table, .measured > details, .scene pre, pre > code, .table-wrapper'));
    const mark = () => boxes.forEach(box => {
        if (box.scrollWidth > box.clientWidth + 1) {
            box.tabIndex = 0;
            // What Tab stops at is told by its name.
            if (!box.hasAttribute('role')) {
                box.setAttribute('role', 'group');
            }
            if (!box.hasAttribute('aria-label')) {
                box.setAttribute('aria-label', box.matches('pre, code') ? 'Code' : 'Table');
            }
        } else {
            box.removeAttribute('tabindex');
        }
    });
    mark();
    window.addEventListener('resize', mark);
    // What is folded has no width.
    document.querySelectorAll('details').forEach(box => box.addEventListener('toggle', mark));
    boxes.forEach(box => {
        box.addEventListener('keydown', event => {
            if (['ArrowLeft', 'ArrowRight'].includes(event.key)
                && box.scrollWidth > box.clientWidth + 1) {
                event.stopPropagation();
            }
        });
    });
})();
