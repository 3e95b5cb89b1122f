import winston from 'winston';

/**
 * A logger that writes one JSON object a line to standard output. Every field is JSON-encoded, so control
 * characters in what others sent can't forge a line.
 */
export function createLogger(service: string, level = 'info'): winston.Logger {
  return winston.createLogger({
    level,
    defaultMeta: { service },
    format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
    transports: [new winston.transports.Console()],
  });
}
