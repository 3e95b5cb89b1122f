/** `landlord status` */
import type { Command } from 'commander';

export function addStatus(program: Command): void {
  program.command('status').description('what runs here, and whether the API is ready');
}
