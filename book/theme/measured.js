// Puts a run of the reader's own beside the recorded one. The file is read in this page and goes
// nowhere. Without this script the page shows the recorded run only.
'use strict';

(function measured() {
    const place = document.getElementById('measured-own');
    if (!place) {
        return;
    }
    const schema = 'between-processes/compare/1';
    const make = (name, text, inside = []) => {
        const node = document.createElement(name);
        node.textContent = text;
        node.append(...inside);
        return node;
    };
    const file = make('input', '');
    file.type = 'file';
    file.accept = '.json,application/json';
    const told = make('p', '');
    told.setAttribute('role', 'status');
    place.append(make('label', 'Your own run, a file that --json has written: ', [file]), told);

    // Exactly half way the recorded figures go to the even digit, and `toFixed` goes up.
    const fixed = (value, places) => {
        const up = value.toFixed(places);
        const halfWay = value.toFixed(places + 40).endsWith(`5${'0'.repeat(39)}`);
        const odd = Number(up.at(-1)) % 2 === 1;
        return halfWay && odd ? (value - 0.25 * 10 ** -places).toFixed(places) : up;
    };
    const digits = value => fixed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
    const time = ns => [[999.5, 1, 'ns'], [999.5e3, 1e3, 'µs'], [999.5e6, 1e6, 'ms'], [Infinity, 1e9, 's']]
        .filter(([limit]) => ns < limit)
        .map(([, unit, name]) => `${digits(ns / unit)} ${name}`)[0];
    const times = ratio => ratio < 0.01 ? `1/${fixed(1 / ratio, 0)}` : digits(ratio);
    const rate = mb => mb >= 999.5 ? `${digits(mb / 1e3)} GB/s`
        : mb < 0.9995 ? `${digits(mb * 1e3)} kB/s` : `${digits(mb)} MB/s`;

    // A column at the end of every table that has rows of this kind.
    const column = (kind, cell) => {
        document.querySelectorAll('.measured table').forEach(table => {
            const rows = table.querySelectorAll(`tr[data-${kind}]`);
            if (!rows.length) {
                return;
            }
            const head = make('th', 'yours');
            head.scope = 'col';
            head.className = 'measured-yours';
            table.tHead.rows[0].append(head);
            rows.forEach(row => {
                const yours = make('td', cell(row.dataset[kind], Array.from(rows, row => row.dataset[kind])));
                yours.className = 'measured-yours';
                row.append(yours);
            });
        });
    };

    const show = run => {
        document.querySelectorAll('.measured-yours').forEach(cell => cell.remove());
        const named = row => [row.mechanism, row.kind, row.placement, row.size].join('/');
        const rows = new Map(run.rows.map(row => [named(row), row]));
        column('row', (name, beside) => {
            const row = rows.get(name);
            if (!row || !row.figures) {
                return row && row.missing ? row.missing.reason : '-';
            }
            // The table's own pipe: what carries no bytes is compared with it, too.
            const pipe = rows.get(beside.find(name => name.startsWith('pipe/')));
            const ratio = pipe && pipe.figures
                ? `, ${times(row.figures.median_ns / pipe.figures.median_ns)} x pipe` : '';
            const { median_ns: median, mb_per_s: speed } = row.figures;
            return (speed === null ? time(median) : rate(speed)) + ratio;
        });
        const claims = new Map((run.claims || []).map(claim => [claim.id, claim.verdict]));
        column('rule', id => claims.get(id) || '-');
        document.querySelectorAll('.measured details').forEach(box => {
            box.open = box.querySelector('.measured-yours') !== null;
        });
    };

    // Times of machines that differ so much tell of the machines.
    const apart = (run, recorded) => [
        ['floor', run.calibration.switch_floor_ns],
        ['cacheline', run.calibration.cacheline_ns],
    ].some(([name, here]) => {
        const there = Number(recorded.dataset[name]);
        return here && there && Math.max(here, there) > 1.5 * Math.min(here, there);
    });

    file.addEventListener('change', async () => {
        const chosen = file.files[0];
        if (!chosen) {
            return;
        }
        try {
            const run = JSON.parse(await chosen.text());
            if (run.schema !== schema) {
                throw new Error(`its schema is not ${schema}`);
            }
            show(run);
            const recorded = document.querySelector('[data-floor]');
            told.textContent = `${chosen.name}: ${run.machine.cpu}, Linux ${run.machine.kernel}, ${run.when}. `
                + 'It stands in the last column of each table. '
                + (recorded && apart(run, recorded)
                    ? 'The two machines differ by more than half in what they can do at best: compare the ratios to the pipe, and no times.'
                    : 'The two machines are alike in what they can do at best.');
        } catch (error) {
            told.textContent = `${chosen.name} cannot be used: ${error.message}. cargo run --release -p lesson-compare -- --json writes a file that can.`;
        }
    });
}());
