// What a keyboard and a screen reader find on the pages as mdBook has written them.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { open } = require('./page.js');

const [, , file, script, site] = process.argv;
const html = fs.readFileSync(file, 'utf8');
// Beside the pages lies the list of them for browsers without scripts, a page within a page.
const names = fs.readdirSync(site).filter(name => name.endsWith('.html') && name !== 'toc.html');
const pages = names.map(name => {
    const html = fs.readFileSync(path.join(site, name), 'utf8');
    return { name, html, document: open(html, script).document };
});

const SCROLLS = [
    '.lanes', '.chart-box', '.measured-table', '.measured > details', '.scene pre', 'pre > code', '.table-wrapper',
];
const wide = box => { box.clientWidth = 340; box.scrollWidth = 764; };
const narrow = box => { box.clientWidth = 340; box.scrollWidth = 340; };
const boxes = page => page.document.querySelectorAll(SCROLLS.join(', '));
const shut = { before: page => boxes(page).forEach(wide) };

const cases = {
    'there are pages to look at'() {
        assert.ok(pages.length > 10, `${pages.length} pages`);
        for (const kind of SCROLLS) {
            assert.ok(pages.some(({ document }) => document.querySelector(kind)), `no page has ${kind}`);
        }
    },
    'the first stop on every page leads past the menus'() {
        for (const { name, document } of pages) {
            const first = document.body.querySelectorAll('a, button, input, [tabindex]')[0];
            assert.equal(first.className, 'skip-link', name);
            assert.equal(first.textContent, 'Skip to the text');
            const main = document.querySelector('main');
            assert.equal(document.getElementById(first.href.slice(1)), main, `${name}: ${first.href}`);
            assert.equal(main.getAttribute('tabindex'), '-1', `${name}: what a link leads to takes the focus`);
        }
    },
    'a text that has a name keeps it'() {
        const { document } = open('<body><main id="own"></main></body>', script);
        assert.equal(document.querySelector('.skip-link').href, '#own');
        assert.equal(document.querySelector('main').id, 'own');
    },
    'the menu is a button that a keyboard can press'() {
        for (const { name, document } of pages) {
            const menu = document.getElementById('mdbook-sidebar-toggle');
            assert.equal(menu.getAttribute('role'), 'button', name);
            assert.equal(menu.getAttribute('tabindex'), '0', name);
            assert.ok(menu.getAttribute('aria-label'), name);
            let pressed = 0;
            menu.addEventListener('click', () => { pressed += 1; });
            for (const [key, times] of [['Enter', 1], [' ', 1], ['Tab', 0], ['s', 0]]) {
                pressed = 0;
                const { sent } = menu.dispatch('keydown', { key });
                assert.equal(pressed, times, `${name}: \`${key}\``);
                // Otherwise the space bar would scroll the page, too.
                assert.equal(Boolean(sent.prevented), times === 1, `${name}: \`${key}\``);
            }
        }
    },
    'every page has one heading of the first level'() {
        for (const { name, document } of pages) {
            const heads = document.querySelectorAll('h1');
            const read = heads.filter(head => head.getAttribute('role') !== 'presentation');
            assert.equal(read.length, 1, `${name}: ${read.map(head => head.textContent)}`);
            assert.ok(!read[0].closest('.menu-bar'), name);
        }
    },
    'the search has a name, and what describes it is there'() {
        for (const { name, document } of pages) {
            const search = document.getElementById('mdbook-searchbar');
            assert.ok(search.getAttribute('aria-label'), name);
            const described = search.getAttribute('aria-describedby');
            assert.ok(document.getElementById(described), `${name}: ${described}`);
        }
    },
    'what scrolls sideways is a stop that has a name'() {
        for (const { name, html } of pages) {
            for (const box of boxes(open(html, script, shut))) {
                const what = `${name}: ${box.tagName} ${box.className}`;
                assert.equal(box.getAttribute('tabindex'), '0', what);
                assert.ok(box.getAttribute('role') && box.getAttribute('aria-label'), what);
            }
        }
    },
    'a name that it has stays, another one says what it is'() {
        const named = page => Array.from(boxes(page), box => box.getAttribute('aria-label'));
        let before;
        const page = open(html, script, {
            before(page) {
                shut.before(page);
                before = named(page);
            },
        });
        named(page).forEach((label, at) => {
            const box = boxes(page)[at];
            const kind = ['PRE', 'CODE'].includes(box.tagName) ? 'Code' : 'Table';
            assert.equal(label, before[at] ?? kind);
        });
        assert.ok(before.includes(null) && before.some(Boolean), 'there are both');
    },
    'what does not scroll is no stop'() {
        for (const { name, html } of pages) {
            // A browser rounds both widths.
            const before = page => boxes(page).forEach(box => { narrow(box); box.scrollWidth += 1; });
            const stops = boxes(open(html, script, { before })).filter(box => box.hasAttribute('tabindex'));
            assert.equal(stops.length, 0, `${name}: ${stops.length} stops`);
        }
    },
    'a window that changes changes the stops'() {
        const page = open(html, script);
        for (const [change, stops] of [[wide, true], [narrow, false], [wide, true]]) {
            boxes(page).forEach(change);
            page.window.dispatch('resize');
            assert.ok(boxes(page).every(box => box.hasAttribute('tabindex') === stops));
        }
    },
    'what was folded is a stop when it is unfolded'() {
        const page = open(html, script);
        const folded = page.document.querySelectorAll('details').filter(box => box.querySelector('pre'));
        assert.ok(folded.length > 0);
        for (const box of folded) {
            const pre = box.querySelector('pre');
            assert.ok(!pre.hasAttribute('tabindex'));
            wide(pre);
            box.dispatch('toggle');
            assert.ok(pre.hasAttribute('tabindex'));
        }
    },
    'arrow keys that scroll turn no page'() {
        for (const [change, keys] of [[wide, ['ArrowLeft', 'ArrowRight']], [narrow, []]]) {
            const page = open(html, script, { before: page => boxes(page).forEach(change) });
            for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowDown', 's', '?']) {
                const stopped = boxes(page).map(box => Boolean(box.dispatch('keydown', { key }).sent.stopped));
                assert.ok(stopped.every(it => it === keys.includes(key)), key);
            }
        }
    },
    'what the stylesheet hides and mends is there'() {
        const folder = path.join(site, 'theme');
        const [name] = fs.readdirSync(folder).filter(name => /^course.*\.css$/.test(name));
        const css = fs.readFileSync(path.join(folder, name), 'utf8');
        const ids = new Set(Array.from(css.matchAll(/#(mdbook-[\w-]+)/g), ([, id]) => id));
        assert.ok(ids.size > 4, `${ids.size} names`);
        for (const id of ids) {
            assert.ok(pages.every(({ document }) => document.getElementById(id)), `some page has no #${id}`);
        }
    },
    'a page without any of this is left alone'() {
        open('<p>words</p>', script);
    },
};

require('./cases.js').run(cases);
