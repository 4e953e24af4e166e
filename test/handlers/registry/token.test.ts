import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOwnRealm } from '../../../handlers/registry/token.ts';

test("a realm is a registry's own on its host, below it, or under one domain with it", () => {
  const own = (realm: string, registry: string) => isOwnRealm(new URL(realm), registry);
  assert.ok(own('https://ghcr.io/token', 'ghcr.io'));
  assert.ok(own('https://auth.docker.io/token', 'docker.io'));
  assert.ok(own('https://gitlab.com/jwt/auth', 'registry.gitlab.com'));
  assert.ok(own('https://gitlab.example.com/jwt/auth', 'registry.example.com:5050'));
  assert.ok(own('https://auth.ghcr.io/token', 'ghcr.io'));
  assert.ok(own('https://127.0.0.1:5001/token', '127.0.0.1:5000'));
  assert.ok(!own('https://evil.io/token', 'ghcr.io'));
  assert.ok(!own('https://docker.io.evil.test/token', 'docker.io'));
  assert.ok(!own('https://evildocker.io/token', 'docker.io'));
  assert.ok(!own('https://127.0.0.2/token', '127.0.0.1:5000'));
  assert.ok(!own('https://1.0.0.1/token', '127.0.0.1'));
  assert.ok(!own('https://localhost/token', 'registry.example.com'));
});
