import { expect } from 'chai';
import { explainGoFailure } from './go-remedy.ts';

/** What Go prints, and the remedy it must lead to. */
const failures = [
  ['compile: writing output: write $WORK/b001/_pkg_.a: no space left on device', 'The disk is full'],
  [
    'go: k8s.io/api@v0.36.3: Get "https://proxy.example/x": dial tcp: lookup proxy.example: no such host',
    'proxy cannot be reached',
  ],
  ['verifying go.etcd.io/etcd@v3.6.4: checksum mismatch\nSECURITY ERROR', 'not the one recorded in go.sum'],
  ['link: signal: killed', 'Memory ran out'],
  ['main.go:3: undefined: x', 'Go could not build it'],
] as const;

describe('remedies for a failed build', () => {
  for (const [output, remedy] of failures) {
    it(`"${remedy}"`, () => {
      const { message } = explainGoFailure('etcd', output);
      expect(message).to.include('Building etcd failed').and.to.include(output).and.to.include(remedy);
    });
  }
});
