import type { ClassGoal, DocumentDbGoal } from './goal.ts';
import { isAvailable } from './instance-status.ts';
import type { Membership } from './membership.ts';
import type { InstanceObservation } from './observation.ts';

/** The class that an instance should have; undefined where it keeps what it has, or goes anyway. */
export function wantedClass(
  goal: DocumentDbGoal,
  { surplus }: Membership,
  instance: InstanceObservation,
): string | undefined {
  return surplus.includes(instance) ? undefined : classIfItStays(goal, instance);
}

/** The class that an instance has to have if it is not one of those that go. */
export function classIfItStays(goal: DocumentDbGoal, { id, owner }: InstanceObservation): string | undefined {
  const { classes } = goal;
  if (classes === undefined) return undefined;
  if (classes.kind === 'uniform') return classes.instanceClass;
  return owner === goal.plan ? classOfRecordedWriter(goal) : recordedClass(classes, id);
}

/** The class of a replica that is to be made. */
export function classOfNewReplica(goal: DocumentDbGoal, { writer }: Membership): string {
  const { classes } = goal;
  return classes?.kind === 'uniform'
    ? classes.instanceClass
    : (classOfRecordedWriter(goal) ?? writer.instanceClass);
}

/** Whether it has this class and nothing else will come: another class that pends would replace it some night. */
export function hasClass({ instanceClass, pendingClass }: InstanceObservation, wanted: string): boolean {
  return instanceClass === wanted && (pendingClass === undefined || pendingClass === wanted);
}

/** Whether its class must be changed, and can be. */
export function needsChange(
  goal: DocumentDbGoal,
  members: Membership,
  instance: InstanceObservation,
): boolean {
  const wanted = wantedClass(goal, members, instance);
  return wanted !== undefined && isAvailable(instance) && !hasClass(instance, wanted);
}

function classOfRecordedWriter({ classes, preferredWriter }: DocumentDbGoal): string | undefined {
  if (classes?.kind !== 'recorded') return undefined;
  const ofWriter = preferredWriter === undefined ? undefined : recordedClass(classes, preferredWriter);
  // Where the writer was ours itself, beside others that aren't.
  return ofWriter ?? recordedClass(classes, Object.keys(classes.classes).sort()[0] ?? '');
}

type RecordedClasses = Extract<ClassGoal, { kind: 'recorded' }>;

/** An instance may well be called `constructor`. */
function recordedClass({ classes }: RecordedClasses, id: string): string | undefined {
  return Object.hasOwn(classes, id) ? classes[id] : undefined;
}
