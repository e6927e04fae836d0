/** Imported last by a script: the time until all its modules were there. */
const { user, system } = process.cpuUsage();
const startSeconds = (user + system) / 1e6;

/** The one line that the benchmark shows as the result. */
export function reportResult(text: string): void {
  process.stdout.write(`${text}; ${startSeconds.toFixed(2)} s CPU to start\n`);
}
