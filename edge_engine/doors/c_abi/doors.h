/* The table of open doors. */
#ifndef EE_DOORS_H
#define EE_DOORS_H

#include "interpreter.h"

/* Let doors be opened, all of this class (the reference is taken over), by this process and not by its children. */
void ee_doors_admit(PyObject *door_class);

/* Whether doors may be opened. */
int ee_doors_admitting(void);

/* Admit no more, close every door, wait until nobody is inside. Called once at a time. */
void ee_doors_dismiss(void);

/* EE_OK, or why work may not be done here: EE_FORKED, EE_NOT_STARTED or EE_STOPPED. */
ee_status ee_doors_permit(void);

/* Whether this thread is inside a callback. */
int ee_doors_in_callback(void);

#endif
