import MERMAID from '@mermaid-js/tiny/dist/mermaid.tiny.js?url';
import { useData } from 'vitepress';
import { defineComponent, h, onMounted, ref, watch } from 'vue';

/** As much of Mermaid as is used here. */
interface Mermaid {
  initialize(configuration: {
    readonly startOnLoad: false;
    readonly securityLevel: 'strict';
    readonly theme: 'default' | 'dark';
    readonly sequence: { readonly useMaxWidth: boolean };
    readonly flowchart: { readonly useMaxWidth: boolean };
  }): void;
  render(id: string, source: string): Promise<{ readonly svg: string }>;
}

let pictures = 0;
let loading: Promise<Mermaid> | undefined;

/** A diagram: its source at first, and its picture as soon as the browser has drawn it, in the colours of the page. */
export const MermaidDiagram = defineComponent({
  props: { source: { type: String, required: true } },
  setup(props) {
    const source = decodeURIComponent(props.source);
    const { isDark } = useData();
    const picture = ref('');
    const isRefused = ref(false);

    async function draw(): Promise<void> {
      const mermaid = await loadMermaid();
      mermaid.initialize({
        startOnLoad: false,
        securityLevel: 'strict',
        theme: isDark.value ? 'dark' : 'default',
        // A wide one scrolls; made to fit, its words could not be read.
        sequence: { useMaxWidth: false },
        flowchart: { useMaxWidth: false },
      });
      pictures += 1;
      try {
        picture.value = (await mermaid.render(`diagram-${pictures}`, source)).svg;
      } catch (error) {
        isRefused.value = true;
        throw error;
      }
    }

    onMounted(draw);
    watch(isDark, draw);
    return () =>
      picture.value === ''
        ? h('pre', { class: isRefused.value ? 'diagram refused' : 'diagram waiting' }, source)
        : h('div', { class: 'diagram', tabindex: 0, innerHTML: picture.value });
  },
});

/** It comes with the pages that have a diagram, and with no other. It is no module: it makes a global name. */
function loadMermaid(): Promise<Mermaid> {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = MERMAID;
    script.onload = () => resolve((globalThis as unknown as { readonly mermaid: Mermaid }).mermaid);
    script.onerror = () => reject(new Error(`${MERMAID} could not be loaded`));
    document.head.append(script);
  });
  return loading;
}
