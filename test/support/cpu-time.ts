/** Milliseconds of CPU time that this process has used since a former reading: a busy machine does not distort it. */
export function cpuMilliseconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}
