import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { removalCommands } from '../../local/deployed.ts';
import { STORIES } from '../../local/story.ts';

/** What each command is about: the last name in it. */
function places(commands: readonly string[], ...parts: readonly string[]): number[] {
  return parts.map((part) => commands.findIndex((command) => command.endsWith(part)));
}

describe('the commands that remove what a run deployed', () => {
  test('take the examples before the service, what uses a layer before the layer, and what stays without its stack', () => {
    const commands = removalCommands(STORIES);
    const order = places(
      commands,
      'delete-stack --stack-name deploytime-example',
      'delete-stack --stack-name deploytime-example-release',
      'delete-stack --stack-name deploytime-example-consumer-a',
      'delete-stack --stack-name deploytime-example-consumer-b',
      'delete-stack --stack-name deploytime-example-layer',
      'delete-stack --stack-name deploytime-example-nightly',
      'delete-stack --stack-name deploytime-example-scalable-targets',
      'delete-stack --stack-name deploytime',
      'delete-parameter --name /deploytime-example/release',
      'delete-db-instance --db-instance-identifier $instance; done',
      'delete-db-cluster --db-cluster-identifier deploytime-example-orders --skip-final-snapshot',
      'delete-table --table-name deploytime-scaling',
      'delete-repository --repository-name deploytime-example-source --force',
    );
    assert.ok(!order.includes(-1), commands.join('\n'));
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
  });

  test('empty the repository of the released images before its stack, and take all versions of the layer', () => {
    const commands = removalCommands(STORIES);
    const stack = commands.indexOf('aws cloudformation delete-stack --stack-name deploytime-example-release');
    assert.match(
      commands[stack - 1] ?? '',
      /^aws ecr delete-repository --force .*deploytime-example-release/,
    );
    assert.ok(commands.some((command) => /^for version in .*--layer-name deploytime-example /.test(command)));
  });

  test('are those of the stories that were told alone', () => {
    assert.deepEqual(removalCommands(['images']), [
      'aws cloudformation delete-stack --stack-name deploytime-example',
      'aws cloudformation wait stack-delete-complete --stack-name deploytime-example',
      'aws cloudformation delete-stack --stack-name deploytime',
      'aws cloudformation wait stack-delete-complete --stack-name deploytime',
      'aws dynamodb delete-table --table-name deploytime-scaling',
      'aws ecr delete-repository --repository-name deploytime-example-source --force',
    ]);
  });
});
