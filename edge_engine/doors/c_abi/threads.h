/* Threads of the host, as Python knows them. */
#ifndef EE_THREADS_H
#define EE_THREADS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* Take Python's lock, on any thread; and let go of it, with what taking it gave. */
PyGILState_STATE ee_thread_enter(void);
void ee_thread_leave(PyGILState_STATE lock);

#endif
