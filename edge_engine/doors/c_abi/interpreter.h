/* The engine's own Python: one a process, isolated, started once and never finalized. */
#ifndef EE_INTERPRETER_H
#define EE_INTERPRETER_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "edge_engine.h"

/* Start Python and let go of its lock; or, where it runs already, give it the paths of the options.
 * reason: where a sentence of up to EE_REASON_MOST bytes is written when it fails. */
ee_status ee_interpreter_start(const ee_options *options, char *reason);

/* Return the class of doors, a new reference, or NULL with a reason. Called with Python's lock. */
PyObject *ee_interpreter_door_class(char *reason, ee_status *status);

#define EE_REASON_MOST 512

#endif
