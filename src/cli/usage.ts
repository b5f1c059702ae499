const run = `npx session-guard run [options] -- <command> [arguments]
  Runs a program with the preload, in any folder, with its child processes.
  At the end: a summary on stderr, and the exit code of the program.
    --report <file.html>      writes the report as one HTML page
    --trace <folder>          keeps the traces, one file for each process
    --fail-on <what>          exit code 1 if the program ended with 0 and there was such a finding:
                              any, or categories: correctness,suspicious,performance,config
    --protect                 also protects sessions and transactions (SESSION_GUARD=protect)
  npx session-guard run --report report.html --fail-on correctness -- node app.js
  npx session-guard run --fail-on any -- npx jest --forceExit`;

const report = `npx session-guard report [options] <trace.ndjson | folder> ...
  Reads traces (SESSION_GUARD_TRACE, or run --trace). A file and the part before it (<file>.1) are one trace.
    --html <file.html>        writes the report as one HTML page
    --against <trace|folder>  an earlier run: says what is new, what is as before, and what is gone
    --json                    prints the report as JSON
    --text                    prints a summary: the default, unless --html is given
  npx session-guard report trace.ndjson --html report.html
  npx session-guard report after.ndjson --against before.ndjson`;

const explain = `npx session-guard explain <rule>
  Prints the page of a rule: what it finds, a program with the mistake, and the corrected program.
  npx session-guard explain use-after-end`;

const byCommand: Readonly<Record<string, string>> = { run, report, explain };

/** How a command is used. */
export function usageOf(command: string): string {
  return byCommand[command] ?? usages;
}

/** How all commands are used. */
export const usages = [run, report, explain].join('\n\n');
