#define _GNU_SOURCE /* dladdr */

#include "interpreter.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "threads.h"

/* What build.py found: the home, the standard library within it, and the folders of the packages, NULL at the end. */
static const char *const default_home = EE_DEFAULT_HOME;
static const char *const default_paths[] = {EE_DEFAULT_PATHS, NULL};

enum { PATH_MOST = 4096 };

typedef enum phase { PHASE_NONE, PHASE_RUNS, PHASE_BROKEN } phase;

/* Guarded by the lock of ee_start. */
static phase python = PHASE_NONE;

static ee_status say(char *reason, ee_status status, const char *format, ...) __attribute__((format(printf, 3, 4)));

static ee_status say(char *reason, ee_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, EE_REASON_MOST, format, arguments);
    va_end(arguments);
    return status;
}

static bool join(char *out, const char *folder, const char *rest) {
    int written = snprintf(out, PATH_MOST, "%s/%s", folder, rest);
    return written > 0 && written < PATH_MOST;
}

static bool is_there(const char *path) {
    struct stat found;
    return stat(path, &found) == 0;
}

/* Hosts that load this library with RTLD_LOCAL, such as koffi, hide libpython from the extension modules, which expect
 * to find its symbols: it is there already, so only its visibility changes. */
static void make_python_visible(void) {
    Dl_info place;
    void *symbol = (void *)(uintptr_t)&Py_IsInitialized;
    if (dladdr(symbol, &place) != 0 && place.dli_fname != NULL) {
        (void)dlopen(place.dli_fname, RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD);
    }
}

static PyStatus add_path(PyConfig *config, const char *path) {
    wchar_t *wide = Py_DecodeLocale(path, NULL);
    if (wide == NULL) {
        return PyStatus_Error("a path is not UTF-8");
    }
    PyStatus status = PyWideStringList_Append(&config->module_search_paths, wide);
    PyMem_RawFree(wide);
    return status;
}

static PyStatus set_search_paths(PyConfig *config, const char *home, const char *const *paths) {
    char folder[PATH_MOST];
    config->module_search_paths_set = 1;
    if (!join(folder, home, EE_STDLIB)) {
        return PyStatus_Error("the home's path is too long");
    }
    PyStatus status = add_path(config, folder);
    if (PyStatus_Exception(status) || !join(folder, home, EE_STDLIB "/lib-dynload")) {
        return status;
    }
    status = add_path(config, folder);
    for (size_t i = 0; !PyStatus_Exception(status) && paths[i] != NULL; i++) {
        status = add_path(config, paths[i]);
    }
    return status;
}

static PyStatus set_places(PyConfig *config, const char *home) {
    char program[PATH_MOST];
    if (!join(program, home, EE_PROGRAM)) {
        return PyStatus_Error("the home's path is too long");
    }
    /* INVARIANT: nothing is left for Python to look for: a name without a folder would be searched in PATH. And what is
     * started from sys.executable as a child process is a Python or nothing, never the host's program. */
    const struct {
        wchar_t **field;
        const char *value;
    } places[] = {
        {&config->home, home},
        {&config->program_name, program},
        {&config->executable, program},
        {&config->base_executable, program},
        {&config->prefix, home},
        {&config->exec_prefix, home},
        {&config->base_prefix, home},
        {&config->base_exec_prefix, home},
    };
    PyStatus status = PyStatus_Ok();
    for (size_t i = 0; !PyStatus_Exception(status) && i < sizeof places / sizeof places[0]; i++) {
        status = PyConfig_SetBytesString(config, places[i].field, places[i].value);
    }
    return status;
}

static PyStatus initialize(const char *home, const char *const *paths) {
    PyPreConfig before;
    PyPreConfig_InitIsolatedConfig(&before); /* leaves the process's locale alone */
    before.utf8_mode = 1;
    PyStatus status = Py_PreInitialize(&before);
    if (PyStatus_Exception(status)) {
        return status;
    }
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config); /* no environment, no user site, no working folder, no signal handlers */
    config.site_import = 0;               /* no .pth file and no sitecustomize */
    config.write_bytecode = 0;            /* an app's own folders are not written to */
    config.configure_c_stdio = 0;
    config.parse_argv = 0;
    status = set_places(&config, home);
    if (!PyStatus_Exception(status)) {
        status = set_search_paths(&config, home, paths);
    }
    if (!PyStatus_Exception(status)) {
        status = Py_InitializeFromConfig(&config);
    }
    PyConfig_Clear(&config);
    return status;
}

/* CPython takes PYTHONEXECUTABLE from the environment whatever its configuration says: put right what it did. */
static void set_executable(const char *home) {
    char program[PATH_MOST];
    PyObject *name = join(program, home, EE_PROGRAM) ? PyUnicode_DecodeFSDefault(program) : NULL;
    (void)PySys_SetObject("executable", name == NULL ? Py_None : name);
    (void)PySys_SetObject("_base_executable", name == NULL ? Py_None : name);
    Py_XDECREF(name);
    PyErr_Clear();
}

/* A host's thread that brings a frame while the engine works waits for Python's lock this long, and not the usual 5 ms:
 * it may be the thread that draws. */
static void switch_threads_often(void) {
    PyObject *nothing = NULL;
    PyObject *sys = PyImport_ImportModule("sys");
    if (sys != NULL) {
        nothing = PyObject_CallMethod(sys, "setswitchinterval", "d", 0.0005);
    }
    Py_XDECREF(nothing);
    Py_XDECREF(sys);
    PyErr_Clear();
}

/* The host's standard streams are the host's: what some library prints goes to standard error, and nobody reads. */
static void part_from_streams(void) {
    PyObject *errors = PySys_GetObject("stderr"); /* borrowed */
    PyObject *out = errors == NULL ? Py_None : errors;
    (void)PySys_SetObject("stdout", out);
    (void)PySys_SetObject("__stdout__", out);
    (void)PySys_SetObject("stdin", Py_None);
    (void)PySys_SetObject("__stdin__", Py_None);
    PyErr_Clear();
}

/* After a start whose packages were not found, or a shutdown: the paths may be others now. */
static ee_status put_paths_first(const char *const *paths, char *reason) {
    PyGILState_STATE lock = ee_thread_enter();
    PyObject *search = PySys_GetObject("path"); /* borrowed */
    ee_status status = EE_OK;
    for (size_t i = 0; search != NULL && status == EE_OK && paths[i] != NULL; i++) {
        PyObject *path = PyUnicode_DecodeFSDefault(paths[i]);
        int held = path == NULL ? -1 : PySequence_Contains(search, path);
        if (held < 0 || (held == 0 && PyList_Insert(search, (Py_ssize_t)i, path) < 0)) {
            status = say(reason, EE_NO_MEMORY, "there is not enough memory for the paths");
        }
        Py_XDECREF(path);
    }
    PyErr_Clear();
    ee_thread_leave(lock);
    return status;
}

static ee_status start_with(const char *home, const char *const *paths, char *reason) {
    char library[PATH_MOST];
    if (python == PHASE_BROKEN) {
        return say(reason, EE_PYTHON_FAILED, "Python failed to start before; this process cannot try again");
    }
    if (python == PHASE_RUNS) {
        return put_paths_first(paths, reason);
    }
    if (Py_IsInitialized()) {
        return say(reason, EE_PYTHON_IN_USE, "this process runs a Python of its own");
    }
    /* Looked at first: a Python that fails half-way cannot be started again. */
    if (home[0] != '/' || !join(library, home, EE_STDLIB "/encodings") || !is_there(library)) {
        return say(reason, EE_PYTHON_MISSING, "there is no %s at the home %.300s", EE_STDLIB, home);
    }
    for (size_t i = 0; paths[i] != NULL; i++) {
        if (paths[i][0] != '/') {
            return say(reason, EE_ENGINE_MISSING, "the path %.300s is not absolute", paths[i]);
        }
    }
    make_python_visible();
    PyStatus status = initialize(home, paths);
    if (PyStatus_Exception(status)) {
        python = PHASE_BROKEN;
        return say(reason, EE_PYTHON_FAILED, "Python did not start: %s",
                   status.err_msg == NULL ? "it wanted to exit" : status.err_msg);
    }
    python = PHASE_RUNS;
    set_executable(home);
    part_from_streams();
    switch_threads_often();
    (void)PyEval_SaveThread();
    return EE_OK;
}

ee_status ee_interpreter_start(const ee_options *options, char *reason) {
    const char *home = options != NULL && options->home != NULL ? options->home : default_home;
    if (options == NULL || options->paths == NULL || options->path_count == 0) {
        return start_with(home, default_paths, reason);
    }
    const char **paths = calloc(options->path_count + 1, sizeof *paths);
    if (paths == NULL) {
        return say(reason, EE_NO_MEMORY, "there is not enough memory for the paths");
    }
    ee_status status = EE_OK;
    for (size_t i = 0; i < options->path_count; i++) {
        paths[i] = options->paths[i];
        if (paths[i] == NULL) {
            status = say(reason, EE_NULL, "a path is NULL");
        }
    }
    if (status == EE_OK) {
        status = start_with(home, paths, reason);
    }
    free(paths);
    return status;
}

/* Return the exception that is set, which is set no more. */
static PyObject *take_exception(void) {
#if PY_VERSION_HEX >= 0x030C0000
    return PyErr_GetRaisedException();
#else
    PyObject *type = NULL;
    PyObject *value = NULL;
    PyObject *trace = NULL;
    PyErr_Fetch(&type, &value, &trace);
    PyErr_NormalizeException(&type, &value, &trace);
    Py_XDECREF(type);
    Py_XDECREF(trace);
    return value;
#endif
}

static void tell_exception(char *reason, const char *what) {
    PyObject *exception = take_exception();
    PyObject *words = exception == NULL ? NULL : PyObject_Str(exception);
    const char *text = words == NULL ? NULL : PyUnicode_AsUTF8(words);
    const char *name = exception == NULL ? "unknown" : Py_TYPE(exception)->tp_name;
    (void)say(reason, EE_OK, "%s: %s: %.300s", what, name, text == NULL ? "" : text);
    Py_XDECREF(words);
    Py_XDECREF(exception);
    PyErr_Clear();
}

static PyObject *find(const char *module_name, const char *name) {
    PyObject *module = PyImport_ImportModule(module_name);
    PyObject *found = module == NULL ? NULL : PyObject_GetAttrString(module, name);
    Py_XDECREF(module);
    return found;
}

PyObject *ee_interpreter_door_class(char *reason, ee_status *status) {
    PyObject *door_class = find("edge_engine.doors.door", "Door");
    PyObject *abi = door_class == NULL ? NULL : find("edge_engine.doors.wire", "ABI");
    *status = EE_OK;
    if (abi == NULL) {
        tell_exception(reason, "the engine cannot be loaded");
        *status = EE_ENGINE_MISSING;
    } else if (PyLong_AsLong(abi) != EE_ABI) {
        PyErr_Clear();
        *status = say(reason, EE_OTHER_ABI, "the engine's package speaks another version than this library");
    }
    Py_XDECREF(abi);
    if (*status != EE_OK) {
        Py_CLEAR(door_class);
    }
    return door_class;
}
