import { expect } from 'chai';
import winston from 'winston';
import { runEnvironment } from './cli-environment.ts';
import type { EngineOptions } from './engine-options.ts';
import type { RunDirectory } from './run-directory.ts';

const options: EngineOptions = {
  mode: 'direct',
  pathPrefix: '/opt/tools',
  runsDirectory: '/runs',
  passphrase: 'secret phrase',
  provider: 'resident',
  logger: winston.createLogger({ silent: true }),
};
const directory = { path: '/runs/run-1', home: '/runs/run-1/home', backendUrl: 'file:///b' } as RunDirectory;

describe('environment of the CLI', () => {
  const before = { ...process.env };
  beforeEach(() => {
    process.env.CONTROL_DATABASE_URL = 'postgres://canary';
    process.env.KUBECONFIG = '/kube/config';
  });
  afterEach(() => {
    process.env = { ...before };
  });

  it('holds nothing of ours but what a run needs', () => {
    const environment = runEnvironment(options, directory, 7);
    expect(environment).to.include({
      PATH: '/opt/tools',
      HOME: '/runs/run-1/home',
      PULUMI_HOME: '/runs/run-1/home',
      PULUMI_DEBUG_PROVIDERS: 'kubernetes:7',
      PULUMI_CONFIG_PASSPHRASE: 'secret phrase',
    });
    expect(environment).not.to.have.any.keys('CONTROL_DATABASE_URL', 'KUBECONFIG');
  });

  it('lets the official provider find the cluster, and itself', () => {
    const environment = runEnvironment({ ...options, provider: 'official' }, directory, null);
    expect(environment).to.include({ KUBECONFIG: '/kube/config', PULUMI_HOME: '/runs/run-1/home' });
    expect(environment.PATH).to.equal(`/opt/tools:${process.env.PATH}`);
    expect(environment).not.to.have.any.keys('PULUMI_DEBUG_PROVIDERS', 'CONTROL_DATABASE_URL');
  });
});
