import type { IConstruct } from 'constructs';
import { contextText } from '../context.ts';

/** The context value that says it for a whole app: `-c deploytime:DeploymentId=…`. */
export const DEPLOYMENT_ID_CONTEXT = 'deploytime:DeploymentId';

/**
 * What makes CloudFormation ask the service again: what was given, else what the context says for the app, else the
 * CI system's own number for this run.
 *
 * A run, and not its commit: a deployment that is run again for the same commit is what follows a release of the
 * application, and has to ask. Only under the CDK command line: a template that a unit test makes is the same
 * everywhere. On a developer's machine there is none, so that `cdk diff` shows what really changes.
 */
export function findDeploymentId(
  scope: IConstruct,
  given: string | undefined,
  variables: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const id = given ?? contextText(scope, DEPLOYMENT_ID_CONTEXT) ?? findRun(variables);
  return id === '' ? undefined : id;
}

/** Set by the CDK command line for the app that it runs. */
const CDK_VARIABLE = 'CDK_CLI_VERSION';

/**
 * For each CI system the variables that together name one run; a run that is tried again is another. CodeBuild alone
 * is told by the commit: a CodePipeline that changes itself starts anew until its synthesis gives the same twice.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 * @see https://docs.gitlab.com/ci/variables/predefined_variables/
 * @see https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
 * @see https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables
 * @see https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
 * @see https://circleci.com/docs/reference/variables/
 * @see https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables
 */
const RUNS: readonly (readonly string[])[] = [
  ['GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT'],
  ['CI_JOB_ID'],
  ['CODEBUILD_RESOLVED_SOURCE_VERSION'],
  ['BUILD_BUILDID', 'SYSTEM_JOBATTEMPT'],
  ['BITBUCKET_BUILD_NUMBER'],
  ['CIRCLE_BUILD_NUM'],
  ['BUILD_TAG'],
];

function findRun(variables: NodeJS.ProcessEnv): string | undefined {
  if (!variables[CDK_VARIABLE]) return undefined;
  const run = RUNS.map((names) => names.map((name) => variables[name])).find(([id]) => id);
  return run?.filter((part) => part).join('-');
}
