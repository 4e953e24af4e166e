import { Fn, Token } from 'aws-cdk-lib';
import { MAX_LAYER_ARN_CHARACTERS } from '../../handlers/layers/arn.ts';

/** One layer that a function depends on. */
export interface DescribedLayer {
  /** `Depend on: <name>@<12 hexadecimal digits>`, as a token. */
  readonly description: string;
  /** The layer's name, where it is known at synthesis. */
  readonly layerName?: string;
}

/** A Lambda function's description, in characters; so is a version's. */
const MAX_DESCRIPTION_CHARACTERS = 256;
const DIGEST_CHARACTERS = 12;
const INTRODUCTION = 'Depend on: ';
const SEPARATOR = ', ';
/** Between what a description says already, which may end in any way, and the layers. */
const OWN_SEPARATOR = ' | ';
/** The shortest that stands around a name in the ARN of a layer version. */
const SHORTEST_ARN = 'arn:aws:lambda:us-east-1:111122223333:layer::1';
/** No longer name fits into an ARN that Lambda takes, in characters. */
const MAX_NAME_CHARACTERS = MAX_LAYER_ARN_CHARACTERS - SHORTEST_ARN.length;

/** A text of which only the bound of its length is known. */
interface BoundedText {
  readonly text: string;
  /** In characters, at the most. */
  readonly length: number;
}

/**
 * The layers in one description, behind what it says already: `Depend on: <name>@<digits>, <name>@<digits>`. Where
 * that may not fit, `Depend on: <n> layers@<the digits of each, in a row>`. It changes when any of them does.
 * @param own What the description says already. Nobody knows how long a token is: it gets as much room as there can be.
 * @returns undefined where own leaves no room for either.
 */
export function joinDescriptions(layers: readonly DescribedLayer[], own = ''): string | undefined {
  const front = own === '' ? '' : own + OWN_SEPARATOR;
  const ways = [named(layers), numbered(layers)];
  const fitting = Token.isUnresolved(own)
    ? shortest(ways)
    : ways.find(({ length }) => front.length + length <= MAX_DESCRIPTION_CHARACTERS);
  return fitting && front + fitting.text;
}

/** How much of a description can be there already, in characters. */
export function roomBefore(layers: readonly DescribedLayer[]): number {
  const { length } = shortest([named(layers), numbered(layers)]);
  return MAX_DESCRIPTION_CHARACTERS - length - OWN_SEPARATOR.length;
}

function shortest(texts: readonly BoundedText[]): BoundedText {
  return texts.reduce((least, text) => (text.length < least.length ? text : least));
}

function named(layers: readonly DescribedLayer[]): BoundedText {
  const [first, ...others] = layers;
  const lengths = layers.map(
    ({ layerName }) => (layerName?.length ?? MAX_NAME_CHARACTERS) + 1 + DIGEST_CHARACTERS,
  );
  return {
    text: [first?.description, ...others.map(({ description }) => partOf(description, INTRODUCTION))].join(
      SEPARATOR,
    ),
    length:
      INTRODUCTION.length +
      lengths.reduce((sum, length) => sum + length, 0) +
      SEPARATOR.length * others.length,
  };
}

function numbered(layers: readonly DescribedLayer[]): BoundedText {
  const introduction = `${INTRODUCTION}${layers.length} ${layers.length === 1 ? 'layer' : 'layers'}@`;
  return {
    text: introduction + layers.map(({ description }) => partOf(description, '@')).join(''),
    length: introduction.length + layers.length * DIGEST_CHARACTERS,
  };
}

/** What stands behind a delimiter that the text has once: the one way that CloudFormation has to take a text apart. */
function partOf(description: string, delimiter: string): string {
  return Fn.select(1, Fn.split(delimiter, description));
}
