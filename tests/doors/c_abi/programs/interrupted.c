/* A request that runs is interrupted from another thread once it is known to run. argv[2] is a file of requests that
 * prepare the door, argv[3] one whose first request, with the id 77, takes long and tells its progress. Prints the
 * response. */
#include <pthread.h>
#include <semaphore.h>

#include "host.h"

static ee_door door;
static sem_t runs;

static void hear(void *user, const uint8_t *frame, size_t size) {
    (void)user;
    CHECK(size > 3 && frame[0] == 0x94 && frame[2] == 0); /* an event */
    sem_post(&runs);
}

static void *interrupt(void *unused) {
    CHECK(sem_wait(&runs) == 0);
    EXPECT(ee_door_interrupt(door, 77), EE_OK);
    return unused;
}

static void ask_all(const char *name, bool say) {
    FILE *file = fopen(name, "rb");
    CHECK(file != NULL);
    uint8_t *frame = NULL;
    uint32_t size = 0;
    while (host_read(file, &frame, &size)) {
        uint8_t *response = NULL;
        size_t response_size = 0;
        EXPECT(ee_door_call(door, frame, size, &response, &response_size), EE_OK);
        if (say) {
            host_write(stdout, EE_OK, response, response_size);
        }
        ee_free(response);
        free(frame);
    }
    fclose(file);
}

int main(int argc, char **argv) {
    CHECK(argc == 4 && sem_init(&runs, 0, 0) == 0);
    host_start(argv[1]);
    EXPECT(ee_door_new(&door), EE_OK);
    EXPECT(ee_door_on_push(door, hear, NULL), EE_OK);
    ask_all(argv[2], false);
    pthread_t interrupter;
    CHECK(pthread_create(&interrupter, NULL, interrupt, NULL) == 0);
    ask_all(argv[3], true);
    CHECK(pthread_join(interrupter, NULL) == 0);
    EXPECT(ee_shutdown(), EE_OK);
    return 0;
}
