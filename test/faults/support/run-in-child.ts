import { FaultProject } from './fault-project.ts';

/**
 * Runs the main job of the project in a directory and ends itself with SIGKILL when a moment comes: an event
 * (`stage`, `type`, how many of them), then a number of milliseconds. As a program: directory, cache, moment as JSON.
 */
export interface Moment {
  readonly stage: string;
  readonly type: 'stage-start' | 'advance' | 'stage-end';
  readonly count: number;
  readonly milliseconds: number;
}

const [root = '', output = '', text = '{}'] = process.argv.slice(2);
const moment = JSON.parse(text) as Moment;
let seen = 0;

await new FaultProject(root, { output }).run((event) => {
  if (event.type === moment.type && event.stage === moment.stage && ++seen === moment.count) {
    if (moment.milliseconds === 0) {
      process.kill(process.pid, 'SIGKILL');
    }
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), moment.milliseconds);
  }
});
