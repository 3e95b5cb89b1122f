/** Kubeconfig files (JSON, which is YAML), with the certificates inside, so that a copy works anywhere on the machine. */
import { readFileSync } from 'node:fs';
import { type CertificateName, pkiFiles } from './pki.ts';
import { writePrivateFile } from './private-file.ts';

/** Writes a kubeconfig that reaches the API server on a port with one of the platform's client certificates. */
export function writeKubeconfig(
  path: string,
  options: { readonly pki: string; readonly port: number; readonly user: CertificateName },
): void {
  const files = pkiFiles(options.pki);
  const data = (file: string) => readFileSync(file).toString('base64');
  const name = 'landlord';
  const cluster = {
    server: `https://127.0.0.1:${options.port}`,
    'certificate-authority-data': data(files.authority),
  };
  const user = {
    'client-certificate-data': data(files.certificate(options.user)),
    'client-key-data': data(files.key(options.user)),
  };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster }],
    users: [{ name: options.user, user }],
    contexts: [{ name, context: { cluster: name, user: options.user } }],
    'current-context': name,
  };
  writePrivateFile(path, `${JSON.stringify(config, null, 2)}\n`);
}
