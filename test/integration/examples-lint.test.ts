import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runPython } from '../support/examples/python-program.ts';
import { TemplateFolder } from '../support/examples/template-folder.ts';
import { CLOUDFORMATION, SAM } from '../support/examples/template-tool.ts';
import { witness } from '../support/witness.ts';

const ZIP = { bucket: 'artifacts', key: 'layer.zip' };

test(
  'cfn-lint finds nothing in the examples, nor in what SAM makes of them',
  witness('cfn-lint'),
  async () => {
    const place = await mkdtemp(join(tmpdir(), 'deploytime-examples-'));
    try {
      const sam = new TemplateFolder(SAM);
      const written = [new TemplateFolder(CLOUDFORMATION), sam].flatMap((folder) =>
        folder.templates().map((file) => join(folder.tool.folder, file)),
      );
      const translated = sam.templates().map(async (file) => {
        const path = join(place, file.replace('.yaml', '.json'));
        await writeFile(path, await sam.template(file, ZIP));
        return path;
      });
      const paths = [...written, ...(await Promise.all(translated))];
      assert.equal(await runPython('cfn-lint', paths), '');
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  },
);
