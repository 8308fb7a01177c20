// Runs every case, tells which ones fail and how, and ends with 1 if one does.
'use strict';

exports.run = async cases => {
    let failed = 0;
    for (const [name, run] of Object.entries(cases)) {
        try {
            await run();
        } catch (error) {
            failed += 1;
            console.log(`${name}:\n  ${String(error.message).replaceAll('\n', '\n  ')}`);
        }
    }
    console.log(`${Object.keys(cases).length - failed} of ${Object.keys(cases).length} cases passed`);
    process.exitCode = failed ? 1 : 0;
};
