import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { SCALING_OUTCOMES } from '../../handlers/scaling/run/scaling-event.ts';
import { ServiceStack, type ServiceStackProps } from '../../stacks/service-stack.ts';
import { deployedDashboard, labelOf, type Widget } from './dashboard/dashboard-body.ts';
import { dashboardPicture } from './dashboard/dashboard-picture.ts';
import { flatResources, PROJECT_ROOT, quickApp } from './synthesis.ts';

function dashboardOf(props: ServiceStackProps = {}): { name: unknown; widgets: Widget[] } {
  const resources = flatResources(new ServiceStack(quickApp(), 'deploytime', props));
  const { DashboardName, DashboardBody } = resources.get('Dashboard')?.Properties ?? {};
  return { name: DashboardName, widgets: JSON.parse(String(DashboardBody)).widgets };
}

const dashboard = dashboardOf();

function labelsOf(title: string): string[] {
  const widget = dashboard.widgets.find(({ properties }) => properties.title === title);
  return (widget?.properties.metrics ?? assert.fail(`There is no widget ${title}`)).map(labelOf);
}

describe('the dashboard', () => {
  it('has the Region in its name, since a name is of the whole account', () => {
    assert.equal(dashboard.name, 'deploytime-<AWS::Region>');
    assert.equal(dashboardOf({ qualifier: 'blue' }).name, 'deploytime-blue-<AWS::Region>');
  });

  it('shows every resource type', () => {
    for (const title of ['Answered SUCCESS', 'Answered FAILED', 'Longest answer']) {
      assert.deepEqual(labelsOf(title), ['EcrImage', 'ImageTag', 'LayerFingerprint', 'ScheduledScaling']);
    }
  });

  it('shows every function', () => {
    const resources = [...flatResources(new ServiceStack(quickApp(), 'deploytime')).values()];
    const functions = resources
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => String(Properties.FunctionName).replace('deploytime-', ''));
    for (const title of ['Errors of functions', 'Throttled calls of functions']) {
      assert.deepEqual(labelsOf(title).toSorted(), functions.toSorted());
    }
  });

  it('shows every outcome', () => assert.deepEqual(labelsOf('Outcomes'), [...SCALING_OUTCOMES]));

  it('shows every alarm', () => {
    const resources = flatResources(new ServiceStack(quickApp(), 'deploytime'));
    const alarms = [...resources].filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm');
    const shown = dashboard.widgets.find(({ type }) => type === 'alarm')?.properties.alarms ?? [];
    assert.deepEqual(shown.toSorted(), alarms.map(([id]) => `<${id}.Arn>`).toSorted());
  });

  it('asks for the metrics of its own copy of the service', () => {
    const service = (props?: ServiceStackProps) => {
      const found = JSON.stringify(dashboardOf(props).widgets).matchAll(
        /(?:service=\\+"|"service",")([^"\\]+)/g,
      );
      return [...new Set([...found].map(([, name]) => name))];
    };
    assert.deepEqual(service(), ['deploytime']);
    assert.deepEqual(service({ qualifier: 'blue' }), ['deploytime-blue']);
  });

  it('has no widget that lies over another, or beside the page', () => {
    for (const [index, one] of dashboard.widgets.entries()) {
      assert.ok(one.x + one.width <= 24);
      for (const other of dashboard.widgets.slice(index + 1)) {
        const isBeside = one.x + one.width <= other.x || other.x + other.width <= one.x;
        const isAbove = one.y + one.height <= other.y || other.y + other.height <= one.y;
        assert.ok(isBeside || isAbove, `${one.properties.title} and ${other.properties.title}`);
      }
    }
  });
});

describe('the picture of the dashboard in the documentation', () => {
  const picture = readFileSync(join(PROJECT_ROOT, 'docs/images/dashboard.svg'), 'utf8');

  it('is what the template has', () => {
    assert.ok(
      picture === dashboardPicture(deployedDashboard()),
      'docs/images/dashboard.svg is old; node test/stacks/dashboard/draw.ts draws it anew',
    );
  });

  it('says that its figures are made up', () => assert.match(picture, />[^<]*The figures are made up/));

  it('shows every widget and every line of it', () => {
    for (const { properties } of dashboard.widgets) {
      const texts = [properties.title ?? '', ...(properties.metrics ?? []).map(labelOf)];
      for (const text of texts) assert.ok(picture.includes(`>${text}</text>`) || text === '', text);
    }
  });
});
