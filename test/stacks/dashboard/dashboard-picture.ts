import { type DashboardBody, labelOf, type Widget } from './dashboard-body.ts';
import { graph } from './graph.ts';
import { courseOf } from './made-up-figures.ts';
import { type Box, escaped, STYLE, text } from './svg.ts';

/** Pixels of CloudWatch's units. */
const COLUMN = 40;
const ROW = 34;
const MARGIN = 12;
const HEADER = 54;
const GAP = 6;
/** Alarms in a row. */
const ALARM_COLUMNS = 3;
const ALARM_ROW = 17;

/** Draws a dashboard from its own body, with made-up figures: what it shows, and where. */
export function dashboardPicture({ name, widgets, alarmNames }: DashboardBody): string {
  const columns = Math.max(...widgets.map(({ x, width }) => x + width));
  const rows = Math.max(...widgets.map(({ y, height }) => y + height));
  const width = columns * COLUMN + 2 * MARGIN;
  const height = rows * ROW + HEADER + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="dashboard-title dashboard-description">`,
    `<title id="dashboard-title">The dashboard ${escaped(name)}, with made-up figures</title>`,
    `<desc id="dashboard-description">${escaped(description(widgets))}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    text(MARGIN + GAP, 24, `The dashboard ${name}`, 'title'),
    text(
      MARGIN + GAP,
      42,
      'Drawn from the template of the service stack. The figures are made up: a day with some deployments and a nightly batch.',
      'muted',
    ),
    ...widgets.map((widget) => drawn(widget, boxOf(widget), alarmNames)),
    '</svg>',
    '',
  ].join('\n');
}

function boxOf({ x, y, width, height }: Widget): Box {
  return {
    left: MARGIN + x * COLUMN + GAP,
    top: HEADER + y * ROW + GAP,
    width: width * COLUMN - 2 * GAP,
    height: height * ROW - 2 * GAP,
  };
}

function drawn(widget: Widget, box: Box, alarmNames: ReadonlyMap<string, string>): string {
  switch (widget.type) {
    case 'text':
      return heading(widget.properties.markdown ?? '', box);
    case 'alarm':
      return alarms(widget, box, alarmNames);
    case 'metric': {
      const { title = '', view = 'timeSeries', stacked = false, metrics = [], yAxis } = widget.properties;
      const lines = metrics.map((metric) => {
        const label = labelOf(metric);
        return { label, course: courseOf(title, label) };
      });
      return graph({ title, view, isStacked: stacked, unit: yAxis?.left?.label, lines }, box);
    }
  }
}

/** Markdown, as far as this dashboard has it: a heading, and a line. */
function heading(markdown: string, { left, top }: Box): string {
  const [title = '', line = ''] = markdown.split('\n');
  return [
    text(left, top + 22, title.replace(/^#+ /, ''), 'heading'),
    text(left, top + 42, line, 'muted'),
  ].join('\n');
}

function alarms({ properties }: Widget, box: Box, names: ReadonlyMap<string, string>): string {
  const { title = '', alarms: arns = [] } = properties;
  const width = box.width / ALARM_COLUMNS;
  return [
    text(box.left, box.top + 12, title, 'strong'),
    ...arns.map((arn, index) => {
      const left = box.left + (index % ALARM_COLUMNS) * width;
      const top = box.top + 32 + Math.floor(index / ALARM_COLUMNS) * ALARM_ROW;
      const name = names.get(arn) ?? arn;
      return `<circle class="fine" cx="${left + 6}" cy="${top - 4}" r="5"/>\n${text(left + 18, top, `${name}: OK`, 'small')}`;
    }),
  ].join('\n');
}

function description(widgets: readonly Widget[]): string {
  const titles = widgets.flatMap(({ properties }) => properties.title ?? []);
  return `From left to right and top to bottom: ${titles.join(', ')}.`;
}
