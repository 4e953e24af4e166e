import { Aws, Fn, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type CfnFunction,
  type Code,
  type IFunction,
  Function as LambdaFunction,
  LoggingFormat,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LambdaDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionLimits } from './function-limits.ts';
import { FUNCTION_RUNTIME } from './function-runtime.ts';
import { ifGiven, isLate, mayBeEmpty } from './late-property.ts';
import {
  destinationPermissions,
  logPermissions,
  networkPermissions,
  tracePermissions,
} from './permissions/function-permissions.ts';
import {
  acknowledgeWildcards,
  addConditionalPolicies,
  type Permission,
  policyStatements,
  unconditional,
} from './permissions/permission.ts';
import { type FunctionName, functionName, servicePrefix } from './service-name.ts';
import { VERSION } from './version.ts';

/** Subnets and security groups for functions that must reach registries from inside a VPC. */
export interface FunctionNetwork {
  /** Private subnets, with a way to the registries, to ECR, S3, CloudFormation's response buckets and X-Ray. */
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

export interface ServiceFunctionProps {
  readonly name: FunctionName;
  readonly qualifier?: string;
  readonly description: string;
  /** With `index.handler`. */
  readonly code: Code;
  readonly limits: FunctionLimits;
  /** Receives the events that nobody waits for and that were given up. Default: they are lost. */
  readonly onFailure?: IFunction;
  /** Beside its log, its traces and its network. */
  readonly permissions: readonly Permission[];
  /** Beside what every function of the service gets. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly endpointOverride?: string;
  readonly logRetention: RetentionDays;
  /** Default: outside any VPC. */
  readonly network?: FunctionNetwork;
}

/** A Lambda function of the service with a role and a log group of its own. */
export class ServiceFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const name = functionName(props.name, props.qualifier);
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${name}`,
      retention: props.logRetention,
      // The name is fixed: a group left behind would refuse the next deployment of the service.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.function = new LambdaFunction(this, 'Function', {
      functionName: name,
      description: props.description,
      code: props.code,
      handler: 'index.handler',
      runtime: FUNCTION_RUNTIME,
      architecture: Architecture.ARM_64,
      timeout: props.limits.timeout,
      memorySize: props.limits.memorySize,
      // The role is whole before the function exists: nothing that CDK would add is missing, or comes later.
      role: this.#role(name, logGroup, props).withoutPolicyUpdates(),
      logGroup,
      // Lambda's own lines are JSON as well then, and Powertools' lines, which are JSON already, stay as they are.
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      retryAttempts: props.limits.retryAttempts,
      maxEventAge: props.limits.maxEventAge,
      ...(props.onFailure && { onFailure: new LambdaDestination(props.onFailure) }),
      environment: environmentOf(props),
    });
    if (props.network !== undefined) this.#attach(props.network);
  }

  /** @remarks Through the resource itself, since only ids are known, and CDK's IVpc asks for more. */
  #attach(network: FunctionNetwork): void {
    const resource = this.function.node.defaultChild as CfnFunction;
    const { subnetIds, securityGroupIds } = network;
    const split = (given: readonly string[]) => Fn.split(',', given.join(','));
    resource.vpcConfig = mayBeEmpty(this, network)
      ? ifGiven('Network', { SubnetIds: split(subnetIds), SecurityGroupIds: split(securityGroupIds) })
      : { subnetIds: [...subnetIds], securityGroupIds: [...securityGroupIds] };
  }

  #role(name: string, logGroup: LogGroup, props: ServiceFunctionProps): Role {
    const { onFailure } = props;
    const permissions = [
      ...logPermissions(logGroup),
      ...tracePermissions(),
      ...(onFailure ? destinationPermissions(onFailure) : []),
      ...this.#networkPermissions(name, props.network),
      ...props.permissions,
    ];
    const role = new Role(this, 'Role', {
      description: `What ${name} may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        own: new PolicyDocument({ statements: policyStatements(unconditional(permissions)) }),
      },
    });
    addConditionalPolicies(role, permissions);
    acknowledgeWildcards(role, permissions);
    return role;
  }

  #networkPermissions(name: string, network: FunctionNetwork | undefined): Permission[] {
    if (network === undefined) return [];
    const permissions = networkPermissions(ownArn(Stack.of(this), name));
    return mayBeEmpty(this, network)
      ? permissions.map((permission) => ({ ...permission, onlyWith: 'Network' }))
      : permissions;
  }
}

/** Spelled out, since the role can't refer to the function that refers to the role. */
function ownArn(stack: Stack, name: string): string {
  return `arn:${Aws.PARTITION}:lambda:${stack.region}:${stack.account}:function:${name}`;
}

/** What handlers/environment.ts reads, as far as Lambda doesn't set it by itself; and the version, for who looks at it. */
function environmentOf(props: ServiceFunctionProps): Record<string, string> {
  return {
    DEPLOYTIME_PARTITION: Aws.PARTITION,
    DEPLOYTIME_ACCOUNT_ID: Aws.ACCOUNT_ID,
    DEPLOYTIME_URL_SUFFIX: Aws.URL_SUFFIX,
    DEPLOYTIME_VERSION: VERSION,
    POWERTOOLS_SERVICE_NAME: servicePrefix(props.qualifier),
    POWERTOOLS_METRICS_NAMESPACE: 'deploytime',
    ...endpointOf(props),
    ...props.environment,
  };
}

function endpointOf({ endpointOverride }: ServiceFunctionProps): Record<string, string> {
  if (endpointOverride === undefined) return {};
  if (!isLate(endpointOverride)) return { AWS_ENDPOINT_URL: endpointOverride };
  return { AWS_ENDPOINT_URL: Token.asString(ifGiven('EndpointOverride', endpointOverride)) };
}
