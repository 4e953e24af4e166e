import { AwsError } from '../aws-wire/aws-error.ts';
import type { AwsService, CallContext, WireRequest } from '../aws-wire/aws-service.ts';
import { parseQueryParameters } from '../aws-wire/query-parameters.ts';
import { writeXml, type XmlValue } from '../aws-wire/xml.ts';
import type { SeededRandom } from '../scaling/simulator-random.ts';
import type { VirtualClock } from '../scaling/virtual-clock.ts';
import { DocumentDbAccount } from './documentdb-account.ts';
import { DOCUMENTDB_NAMESPACE, LIST_MEMBERS } from './documentdb-answers.ts';
import { DocumentDbChanges } from './documentdb-changes.ts';
import {
  DOCUMENTDB_FIELDS,
  type DocumentDbAction,
  type DocumentDbInputs,
  isDocumentDbAction,
} from './documentdb-input.ts';
import { DocumentDbLimits } from './documentdb-limits.ts';
import { DocumentDbProcesses } from './documentdb-processes.ts';
import {
  describeClusters,
  describeInstances,
  describeOrderableOptions,
  listTags,
} from './documentdb-reads.ts';
import { DOCUMENTDB_DURATIONS, type DurationRanges } from './durations.ts';

const API_VERSION = '2014-10-31';
const REQUEST_CONTENT_TYPE = 'application/x-www-form-urlencoded';
const READS: ReadonlySet<string> = new Set([
  'DescribeDBClusters',
  'DescribeDBInstances',
  'DescribeOrderableDBInstanceOptions',
  'ListTagsForResource',
] satisfies DocumentDbAction[]);

type Answer = Record<string, XmlValue>;

export interface DocumentDbApiOptions {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  /** `arn:aws:rds:us-east-1:111122223333` */
  readonly arnPrefix: string;
  readonly durations?: Partial<DurationRanges>;
}

/** Amazon DocumentDB's control plane for one account in one Region, without HTTP. */
export class DocumentDbApi implements AwsService {
  readonly contentType = 'text/xml';
  readonly account: DocumentDbAccount;
  readonly limits = new DocumentDbLimits();
  readonly processes: DocumentDbProcesses;
  readonly arnPrefix: string;
  readonly #changes: DocumentDbChanges;

  constructor({ clock, random, arnPrefix, durations }: DocumentDbApiOptions) {
    this.arnPrefix = arnPrefix;
    this.account = new DocumentDbAccount(clock);
    this.processes = new DocumentDbProcesses(this.account, clock, random, {
      ...DOCUMENTDB_DURATIONS,
      ...durations,
    });
    const { account, processes, limits } = this;
    this.#changes = new DocumentDbChanges({ account, processes, limits, clock, arnPrefix });
  }

  isMutation(action: string): boolean {
    return !READS.has(action);
  }

  parse({ contentType, body }: WireRequest): { action: DocumentDbAction; input: Record<string, unknown> } {
    if (contentType !== REQUEST_CONTENT_TYPE) {
      throw new AwsError('InvalidAction', `The content-type is ${contentType}`);
    }
    const parameters = new URLSearchParams(body);
    const action = parameters.get('Action') ?? '';
    if (!isDocumentDbAction(action)) throw new AwsError('InvalidAction', `There is no action ${action}`);
    if (parameters.get('Version') !== API_VERSION) {
      throw new AwsError('InvalidAction', `There is no version ${parameters.get('Version')} of ${action}`);
    }
    return { action, input: parseQueryParameters(parameters, DOCUMENTDB_FIELDS[action]) };
  }

  carryOut(action: string, input: Record<string, unknown>, { readAt, mishap }: CallContext): Answer {
    if (!isDocumentDbAction(action)) throw new AwsError('InvalidAction', `There is no action ${action}`);
    const as = <Name extends DocumentDbAction>(): DocumentDbInputs[Name] =>
      input as unknown as DocumentDbInputs[Name];
    const seen = () => this.account.history.at(readAt);
    switch (action) {
      case 'DescribeDBClusters':
        return describeClusters(seen(), as<typeof action>());
      case 'DescribeDBInstances':
        return describeInstances(seen(), as<typeof action>());
      case 'DescribeOrderableDBInstanceOptions':
        return describeOrderableOptions(as<typeof action>());
      case 'ListTagsForResource':
        return listTags(seen(), as<typeof action>().ResourceName);
      case 'AddTagsToResource':
        return this.#changes.addTags(as<typeof action>());
      case 'ModifyDBInstance':
        return this.#changes.modifyInstance(as<typeof action>(), mishap);
      case 'CreateDBInstance':
        return this.#changes.createInstance(as<typeof action>(), mishap);
      case 'DeleteDBInstance':
        return this.#changes.deleteInstance(as<typeof action>());
      case 'FailoverDBCluster':
        return this.#changes.failOver(as<typeof action>(), mishap);
      case 'StartDBCluster':
        return this.#changes.startCluster(as<typeof action>());
      case 'StopDBCluster':
        return this.#changes.stopCluster(as<typeof action>());
      case 'ModifyDBCluster':
        return this.#changes.modifyCluster(as<typeof action>());
    }
  }

  writeAnswer(action: string, answer: Record<string, unknown>, requestId: string): string {
    return writeAnswer(action, answer as Answer, requestId);
  }

  writeError(error: AwsError, requestId: string): string {
    return writeError(error, requestId);
  }
}

/** An answer as the wire has it. AddTagsToResource has no result of its own. */
export function writeAnswer(action: string, answer: Answer, requestId: string): string {
  const result = `<${action}Result>${writeXml(answer, LIST_MEMBERS)}</${action}Result>`;
  return `<${action}Response xmlns="${DOCUMENTDB_NAMESPACE}">${action === 'AddTagsToResource' ? '' : result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`;
}

export function writeError({ code, message, status }: AwsError, requestId: string): string {
  const error = { Type: status >= 500 ? 'Receiver' : 'Sender', Code: code, Message: message };
  return `<ErrorResponse xmlns="${DOCUMENTDB_NAMESPACE}">${writeXml({ Error: error, RequestId: requestId }, {})}</ErrorResponse>`;
}
