import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AddressKind, kindOfAddress } from '../../../handlers/network/address.ts';

describe('an address', () => {
  const TABLE: Record<AddressKind, readonly string[]> = {
    public: ['8.8.8.8', '52.94.133.131', '2600:1f18::1', '::ffff:8.8.8.8', '64:ff9b::808:808'],
    private: [
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      'fd12:3456::1',
      '::ffff:10.0.0.1',
      '64:ff9b::a00:1',
    ],
    forbidden: [
      '127.0.0.1',
      '127.255.255.254',
      '0.0.0.0',
      '::1',
      '::',
      '169.254.169.254',
      '169.254.170.2',
      'fd00:ec2::254',
      'fe80::1',
      '100.64.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '240.0.0.1',
      'ff02::1',
      '::ffff:127.0.0.1',
      '::ffff:169.254.169.254',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      'not an address',
    ],
  };
  for (const [kind, addresses] of Object.entries(TABLE)) {
    for (const address of addresses) {
      test(`${address} is ${kind}`, () => assert.equal(kindOfAddress(address), kind));
    }
  }
});
