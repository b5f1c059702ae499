// The plain half of a test makes findings too, once its copy of the driver is observed: they would drown the report.
process.removeAllListeners('warning');
