import { useData } from 'vitepress';
import { defineComponent, h, onMounted, ref, watch } from 'vue';

/** As much of Mermaid as is used here. */
interface Mermaid {
  initialize(configuration: { startOnLoad: false; theme: 'default' | 'dark'; securityLevel: 'strict' }): void;
  render(id: string, source: string): Promise<{ readonly svg: string }>;
}

let pictures = 0;

/** A diagram: its source at first, and its picture as soon as the browser has drawn it, in the colours of the page. */
export const MermaidDiagram = defineComponent({
  props: { source: { type: String, required: true } },
  setup(props) {
    const source = decodeURIComponent(props.source);
    const { isDark } = useData();
    const picture = ref('');

    async function draw(): Promise<void> {
      const mermaid = await loadMermaid();
      mermaid.initialize({
        startOnLoad: false,
        theme: isDark.value ? 'dark' : 'default',
        securityLevel: 'strict',
      });
      pictures += 1;
      picture.value = (await mermaid.render(`diagram-${pictures}`, source)).svg;
    }

    onMounted(draw);
    watch(isDark, draw);
    return () =>
      picture.value === ''
        ? h('pre', { class: 'diagram' }, source)
        : h('div', { class: 'diagram', innerHTML: picture.value });
  },
});

/** It comes with the pages that have a diagram, and with no other. */
async function loadMermaid(): Promise<Mermaid> {
  await import('@mermaid-js/tiny');
  return (globalThis as unknown as { readonly mermaid: Mermaid }).mermaid;
}
