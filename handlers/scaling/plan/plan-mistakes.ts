import { ProviderError } from '../../errors.ts';

/** So many mistakes are listed, and the rest counted: whoever mends these looks again. */
const MAX_LISTED = 12;
/** A longer sentence holds somebody's text that nobody needs to read to its end. */
const MAX_SENTENCE_CHARACTERS = 600;
/** What they take of an answer to CloudFormation, which holds 4096 bytes with its ids and a pointer to the log. */
const MAX_MESSAGE_BYTES = 2400;

/** What is wrong with the properties of a plan, in the order in which it was found. */
export class PlanMistakes {
  readonly #sentences: string[] = [];

  /** @param sentence Names its path, the value and what is allowed. */
  add(sentence: string): void {
    const characters = [...sentence];
    const isLong = characters.length > MAX_SENTENCE_CHARACTERS;
    this.#sentences.push(isLong ? `${characters.slice(0, MAX_SENTENCE_CHARACTERS).join('')}…` : sentence);
  }

  get count(): number {
    return this.#sentences.length;
  }

  /** `InvalidRequest` with as many of the mistakes as one answer holds. */
  toError(type: string): ProviderError {
    return new ProviderError('InvalidRequest', `${type} can't be read: ${this.#describe()}`);
  }

  #describe(): string {
    const listed: string[] = [];
    let bytes = 0;
    for (const sentence of this.#sentences.slice(0, MAX_LISTED)) {
      bytes += jsonBytes(sentence);
      if (listed.length > 0 && bytes > MAX_MESSAGE_BYTES) break;
      listed.push(sentence);
    }
    const more = this.#sentences.length - listed.length;
    if (more > 0) listed.push(`and ${more} more ${more === 1 ? 'mistake' : 'mistakes'}`);
    return listed.join('; ');
  }
}

/** In an answer the text stands in JSON, where quotes and other characters take more. */
function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}
