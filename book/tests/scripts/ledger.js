// The ledger's filter: what is shown, what is told, and what the address keeps.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const { open } = require('./page.js');

const [, , file, script] = process.argv;
const html = fs.readFileSync(file, 'utf8');
const at = (rest, options = {}) => {
    const page = open(html, script, { ...options, address: `https://book.test/claims.html${rest}` });
    page.form = page.document.getElementById('ledger');
    page.rows = page.document.querySelectorAll('.claim-entry');
    page.told = () => page.form.querySelector('.ledger-shown').textContent;
    page.type = (name, value) => {
        page.form.elements[name].value = value;
        page.form.dispatch('input', { target: { name } });
        page.later();
    };
    return page;
};
const shown = page => page.rows.filter(row => !row.hidden);
const ids = rows => rows.map(row => row.id);

const cases = {
    'everything is shown at first, and said'() {
        const page = at('');
        assert.ok(page.rows.length > 100, `${page.rows.length} claims`);
        assert.equal(page.form.hidden, false);
        assert.equal(shown(page).length, page.rows.length);
        assert.equal(page.told(), `All ${page.rows.length} claims are shown.`);
    },
    'the count is told to a screen reader'() {
        const told = at('').form.querySelector('.ledger-shown');
        assert.equal(told.getAttribute('role'), 'status');
    },
    'the address chooses'() {
        for (const [name, value] of [['verdict', 'false'], ['topic', 'pipe'], ['note', '003']]) {
            const page = at(`?${name}=${value}`);
            const data = name === 'note' ? 'notes' : name;
            const wanted = page.rows.filter(row => row.dataset[data].split(' ').includes(value));
            assert.ok(wanted.length > 0 && wanted.length < page.rows.length);
            assert.deepEqual(ids(shown(page)), ids(wanted));
            assert.equal(page.form.elements[name].value, value);
            assert.equal(page.told(), `${wanted.length} of ${page.rows.length} claims are shown.`);
        }
    },
    'two choices must both fit'() {
        const page = at('?verdict=false&topic=pipe');
        const wanted = page.rows.filter(row => row.dataset.verdict === 'false' && row.dataset.topic === 'pipe');
        assert.ok(wanted.length > 0);
        assert.deepEqual(ids(shown(page)), ids(wanted));
    },
    'a choice that there is not chooses nothing'() {
        const page = at('?verdict=nonsense');
        assert.equal(page.form.elements.verdict.value, '');
        assert.equal(page.form.elements.verdict.selectedIndex, 0);
        assert.equal(shown(page).length, page.rows.length);
    },
    'every word must stand in the entry, in any order'() {
        const page = at('');
        const text = row => row.textContent.toLowerCase();
        page.type('words', '  KERNEL pipe ');
        const wanted = page.rows.filter(row => text(row).includes('kernel') && text(row).includes('pipe'));
        assert.ok(wanted.length > 0 && wanted.length < page.rows.length);
        assert.deepEqual(ids(shown(page)), ids(wanted));
        page.type('words', 'pipe kernel');
        assert.deepEqual(ids(shown(page)), ids(wanted));
    },
    'a topic without entries is not shown'() {
        const page = at('?topic=pipe');
        const boxes = page.document.querySelectorAll('.claim-topic').filter(box => !box.hidden);
        assert.equal(boxes.length, 1);
        assert.ok(boxes[0].querySelectorAll('.claim-entry').every(row => row.dataset.topic === 'pipe'));
    },
    'nothing that fits is said, too'() {
        const page = at('?words=no+entry+holds+these+words');
        assert.equal(page.told(), `0 of ${page.rows.length} claims are shown.`);
        assert.ok(page.document.querySelectorAll('.claim-topic').every(box => box.hidden));
    },
    'the address keeps what is chosen, and forgets what is not'() {
        const page = at('?verdict=true#claims');
        page.type('words', 'pipe');
        page.type('verdict', 'false');
        assert.equal(page.url.search, '?verdict=false&words=pipe');
        assert.equal(page.url.hash, '#claims');
        assert.deepEqual(ids(shown(at(page.url.search))), ids(shown(page)));
        page.type('verdict', '');
        assert.equal(page.url.search, '?words=pipe');
    },
    'while somebody types, the last word counts'() {
        const page = at('');
        page.form.elements.words.value = 'pip';
        page.form.dispatch('input', { target: { name: 'words' } });
        page.form.elements.words.value = 'no such word';
        page.form.dispatch('input', { target: { name: 'words' } });
        assert.equal(shown(page).length, page.rows.length, 'nothing moves before the pause');
        const [delay, ...others] = page.waits();
        assert.ok(delay > 0 && others.length === 0, 'one search for all that was typed');
        page.later();
        assert.equal(shown(page).length, 0);
    },
    'show all shows all'() {
        const page = at('?verdict=false&words=pipe');
        page.form.reset();
        assert.equal(shown(page).length, page.rows.length);
        assert.equal(page.url.search, '');
        assert.equal(page.form.elements.words.value, '');
    },
    'a link to an entry leads to it, whatever is chosen'() {
        const id = at('').rows.find(row => row.dataset.verdict === 'false').id;
        const page = at(`?verdict=true#${id}`);
        const row = page.document.getElementById(id);
        assert.equal(row.hidden, false);
        assert.ok(row.scrolled);
        // One that is shown already changes nothing.
        const other = at(`?verdict=false#${id}`);
        assert.ok(shown(other).length < other.rows.length);
    },
    'so does one that is followed later'() {
        const page = at('?verdict=true');
        const row = page.rows.find(row => row.hidden);
        page.url.hash = row.id;
        page.window.dispatch('hashchange');
        assert.equal(row.hidden, false);
    },
    'each count in the table leads to as many entries'() {
        const cells = at('').document.querySelectorAll('.ledger-counts td');
        const links = cells.map(cell => cell.querySelector('a')).filter(Boolean);
        assert.ok(links.length > 20, `${links.length} links`);
        for (const link of links) {
            assert.equal(shown(at(link.href)).length, Number(link.textContent), link.href);
        }
        const bare = cells.filter(cell => !cell.querySelector('a'));
        assert.ok(bare.length > 0 && bare.every(cell => cell.textContent === '0'), 'no link to nothing');
    },
    'a page from a file works without an address to keep'() {
        const page = at('', { fixed: true });
        page.type('verdict', 'false');
        assert.ok(shown(page).length < page.rows.length);
    },
    'the book turns no page while somebody types'() {
        const { sent } = at('').form.dispatch('keydown', { key: 'ArrowRight' });
        assert.ok(sent.stopped);
    },
    'Enter sends the form nowhere'() {
        const { sent } = at('').form.dispatch('submit');
        assert.ok(sent.prevented);
    },
    'a page without a ledger is left alone'() {
        open('<p>words</p>', script);
    },
};

require('./cases.js').run(cases);
