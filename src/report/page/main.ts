import type { ReportData } from '../data/report-data.ts';
import { Details } from './details/details.ts';
import { byId } from './dom.ts';
import { showFilters } from './filters.ts';
import { FindingsList } from './findings.ts';
import { showHead } from './head.ts';
import { followLive } from './live.ts';
import { Model } from './model.ts';
import { State } from './state.ts';
import { Timeline } from './timeline/timeline.ts';

/** Of a file everything is shown; a live page may be open for days. */
const most = { file: Number.POSITIVE_INFINITY, live: 5000 };

const element = byId('data');
const source = element.dataset['live'];
const data: ReportData = JSON.parse(element.textContent);
const model = new Model(data, source === undefined ? most.file : most.live);
const state = new State(model);
showHead(state);
showFilters(state);
new FindingsList(state).show();
new Timeline(state).draw();
new Details(state).listen();
if (source !== undefined)
  followLive(source, model, part => {
    // Another process answers: the service was restarted.
    if (part.start !== model.start) location.reload();
    model.merge(part);
    showHead(state);
    state.refresh();
  });
