import { fingerprintZip } from '../../../handlers/layers/zip.ts';

/* What is measured: the fingerprint of one zip, in a process of its own, bundled as for Lambda. */
const [zip] = process.argv.slice(2);
if (zip === undefined) throw new Error('usage: fingerprint-process ZIP');
console.log(await fingerprintZip(zip));
