// A run of the reader's own beside the recorded one.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const { open } = require('./page.js');

const [, , file, script, recorded] = process.argv;
const html = fs.readFileSync(file, 'utf8');
const text = fs.readFileSync(recorded, 'utf8');
const changed = change => {
    const run = JSON.parse(text);
    change(run);
    return JSON.stringify(run);
};

const loaded = async (...files) => {
    const page = open(html, script);
    const place = page.document.getElementById('measured-own');
    const input = place.querySelector('input');
    page.told = () => place.querySelector('[role]').textContent;
    for (const text of files) {
        input.files = text === undefined ? [] : [{ name: 'mine.json', text: async () => text }];
        await input.dispatch('change').done;
    }
    return page;
};
const yours = page => page.document.querySelectorAll('.measured-yours');
const cells = row => row.querySelectorAll('td').map(cell => cell.textContent);

const cases = {
    async 'the recorded run beside itself shows the recorded figures'() {
        const page = await loaded(text);
        const rows = page.document.querySelectorAll('tr[data-row]');
        assert.ok(rows.length > 50, `${rows.length} rows`);
        for (const row of rows) {
            const [own, ...others] = cells(row).reverse();
            if (own === '-') {
                assert.fail(`${row.dataset.row}: the run has it, and the column shows nothing`);
            }
            const [figure, ratio] = own.split(', ');
            if (ratio === undefined || !ratio.endsWith(' x pipe')) {
                assert.deepEqual(others, [own], 'what is missing says why');
                continue;
            }
            assert.equal(figure, others.at(-1), row.dataset.row);
        }
    },
    async 'and the recorded ratios to the pipe'() {
        const page = await loaded(text);
        const tables = page.document.querySelectorAll('.measured table');
        let looked = 0;
        for (const table of tables) {
            const heads = table.tHead.querySelectorAll('th').map(head => head.textContent);
            const at = heads.indexOf('x pipe');
            const rows = table.querySelectorAll('tr[data-row]').filter(row => at >= 0 && cells(row).length === heads.length - 1);
            for (const row of rows) {
                const own = cells(row).at(-1).match(/, ([\d./]+) x pipe$/)[1];
                assert.equal(own, cells(row)[at - 1], row.dataset.row);
                looked += 1;
            }
        }
        assert.ok(looked > 50, `${looked} ratios`);
    },
    async 'and the recorded verdicts'() {
        const page = await loaded(text);
        const rows = page.document.querySelectorAll('tr[data-rule]');
        assert.ok(rows.length > 10, `${rows.length} rules`);
        rows.forEach(row => assert.equal(cells(row).at(-1), cells(row)[0], row.dataset.rule));
    },
    async 'it says whose run it is, and that the machines are alike'() {
        const page = await loaded(text);
        const { machine, when } = JSON.parse(text);
        for (const piece of ['mine.json', machine.cpu, machine.kernel, when, 'are alike']) {
            assert.ok(page.told().includes(piece), `${piece}: ${page.told()}`);
        }
    },
    async 'machines that differ by more than half share no times'() {
        for (const name of ['switch_floor_ns', 'cacheline_ns']) {
            for (const [factor, apart] of [[1.6, true], [0.6, true], [1.4, false]]) {
                const page = await loaded(changed(run => { run.calibration[name] *= factor; }));
                assert.equal(page.told().includes('compare the ratios'), apart, `${name} x ${factor}: ${page.told()}`);
            }
        }
    },
    async 'a figure that was not measured is a dash'() {
        const page = await loaded(changed(run => { run.rows = []; run.claims = []; }));
        const rows = page.document.querySelectorAll('tr[data-row]');
        assert.ok(rows.every(row => cells(row).at(-1) === '-'));
    },
    async 'one that was missing says why'() {
        const page = await loaded(changed(run => {
            run.rows.forEach(row => { row.figures = null; row.missing = { reason: 'no such thing here' }; });
        }));
        const row = page.document.querySelector('tr[data-row]');
        assert.equal(cells(row).at(-1), 'no such thing here');
    },
    async 'another figure changes the cell'() {
        const page = await loaded(changed(run => {
            run.rows.forEach(row => { if (row.figures) { row.figures.median_ns = 2_500_000; row.figures.mb_per_s = null; } });
        }));
        const row = page.document.querySelectorAll('tr[data-row]').find(row => cells(row).at(-1).includes(' x pipe'));
        assert.equal(cells(row).at(-1), '2.50 ms, 1.00 x pipe');
    },
    async 'a very small ratio is a fraction'() {
        const page = await loaded(changed(run => {
            run.rows.forEach(row => { if (row.figures) { row.figures.median_ns = row.mechanism === 'pipe' ? 1e9 : 2.5e6; } });
        }));
        const row = page.document.querySelectorAll('tr[data-row]').find(row => cells(row).at(-1).startsWith('2.50 ms'));
        assert.equal(cells(row).at(-1), '2.50 ms, 1/400 x pipe');
    },
    async 'a second file takes the first one\'s place'() {
        const once = yours(await loaded(text)).length;
        const page = await loaded(text, changed(run => { run.rows = []; }));
        assert.equal(yours(page).length, once);
        assert.equal(cells(page.document.querySelector('tr[data-row]')).at(-1), '-');
    },
    async 'what was folded opens if it holds a figure'() {
        const folded = (await loaded()).document.querySelectorAll('.measured details');
        assert.ok(folded.every(box => !box.open));
        const boxes = (await loaded(text)).document.querySelectorAll('.measured details');
        assert.ok(boxes.some(box => box.open));
        boxes.forEach(box => assert.equal(box.open, box.querySelector('.measured-yours') !== null));
    },
    async 'each new column has a head'() {
        const page = await loaded(text);
        const heads = yours(page).filter(cell => cell.tagName === 'TH');
        assert.ok(heads.length > 0);
        assert.ok(heads.every(head => head.scope === 'col' && head.textContent === 'yours'));
    },
    async 'a file that is none is refused in words, and changes nothing'() {
        for (const [wrong, why] of [
            ['{', 'JSON'],
            ['{}', 'its schema is not'],
            [changed(run => { run.schema = 'between-processes/compare/0'; }), 'its schema is not'],
        ]) {
            const page = await loaded(wrong);
            assert.ok(page.told().startsWith('mine.json cannot be used: ') && page.told().includes(why), page.told());
            assert.ok(page.told().includes('--json'), page.told());
            assert.equal(yours(page).length, 0);
        }
    },
    async 'who chooses no file after all changes nothing'() {
        const page = await loaded(undefined);
        assert.equal(page.told(), '');
        assert.equal(yours(page).length, 0);
    },
    async 'what happens is told to a screen reader'() {
        const page = await loaded();
        const place = page.document.getElementById('measured-own');
        assert.equal(place.querySelector('[role]').getAttribute('role'), 'status');
        assert.ok(place.querySelector('label').textContent.includes('--json'));
    },
    'a page without measurements is left alone'() {
        open('<p>words</p>', script);
    },
};

require('./cases.js').run(cases);
