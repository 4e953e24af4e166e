interface Template {
  readonly Resources: Readonly<Record<string, { readonly DeletionPolicy?: string }>>;
}

/**
 * What a stack was to retain so far. MiniStack deletes every resource that a template no longer has, whatever its
 * `DeletionPolicy` says; AWS lets it be. SAM gives each build of a layer another logical id, so that MiniStack would
 * delete the version before. In the templates that it gets, such resources therefore stay.
 */
export class RetainedResources {
  #retained: Template['Resources'] = {};

  /** The template with what earlier ones retained. One that is no JSON, and so not SAM's, is given back as it is. */
  in(template: string): string {
    if (!template.startsWith('{')) return template;
    const parsed = JSON.parse(template) as Template;
    const resources = { ...this.#retained, ...parsed.Resources };
    this.#retained = Object.fromEntries(
      Object.entries(resources).filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain'),
    );
    return JSON.stringify({ ...parsed, Resources: resources });
  }
}
