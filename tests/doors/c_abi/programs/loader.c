/* A host that loads the library the way koffi and JNA do: with RTLD_LOCAL, by name, knowing no header but its types.
 * argv[2] is the library, argv[3] a file of requests; the responses go out with status and length in front. */
#include <dlfcn.h>

#include "host.h"

static void *library;

static void *symbol(const char *name) {
    void *found = dlsym(library, name);
    if (found == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    return found;
}

int main(int argc, char **argv) {
    CHECK(argc == 4);
    library = dlopen(argv[2], RTLD_NOW | RTLD_LOCAL);
    CHECK(library != NULL);
    CHECK(dlsym(RTLD_DEFAULT, "Py_IsInitialized") == NULL);
    ee_status (*start)(const ee_options *, char **) = (ee_status (*)(const ee_options *, char **))symbol("ee_start");
    ee_status (*open)(ee_door *) = (ee_status (*)(ee_door *))symbol("ee_door_new");
    ee_status (*call)(ee_door, const uint8_t *, size_t, uint8_t **, size_t *) =
        (ee_status (*)(ee_door, const uint8_t *, size_t, uint8_t **, size_t *))symbol("ee_door_call");
    ee_status (*stop)(void) = (ee_status (*)(void))symbol("ee_shutdown");
    void (*give_back)(void *) = (void (*)(void *))symbol("ee_free");

    char *reason = NULL;
    ee_door door = 0;
    if (start(NULL, &reason) != EE_OK) {
        fprintf(stderr, "%s\n", reason);
        return 1;
    }
    CHECK(open(&door) == EE_OK);
    FILE *file = fopen(argv[3], "rb");
    CHECK(file != NULL);
    uint8_t *frame = NULL;
    uint32_t size = 0;
    while (host_read(file, &frame, &size)) {
        uint8_t *response = NULL;
        size_t response_size = 0;
        ee_status status = call(door, frame, size, &response, &response_size);
        host_write(stdout, status, response, response_size);
        give_back(response);
        free(frame);
    }
    fclose(file);
    /* Unloading does not pull the code away from under threads that are in it. */
    CHECK(dlclose(library) == 0);
    CHECK(stop() == EE_OK);
    return 0;
}
