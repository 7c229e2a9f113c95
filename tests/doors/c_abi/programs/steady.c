/* The same again and again takes no more memory: argv[2] is a file of requests, argv[3] how many calls a round, argv[4]
 * how many doors a round. Prints the resident kilobytes after each round. */
#include <pthread.h>
#include <unistd.h>

#include "host.h"

enum { ROUNDS = 6, FRAMES_MOST = 16 };

static uint8_t *frames[FRAMES_MOST];
static uint32_t sizes[FRAMES_MOST];
static unsigned frame_count;

static void hear(void *user, const uint8_t *frame, size_t size) {
    (void)user, (void)frame, (void)size;
}

static void ask(ee_door door, unsigned number) {
    uint8_t *out = NULL;
    size_t size = 0;
    EXPECT(ee_door_call(door, frames[number % frame_count], sizes[number % frame_count], &out, &size), EE_OK);
    ee_free(out);
}

/* A thread that comes, calls and goes leaves nothing behind. */
static void *ask_once(void *door) {
    ask(*(ee_door *)door, 0);
    return NULL;
}

static void live(unsigned calls) {
    ee_door door = 0;
    EXPECT(ee_door_new(&door), EE_OK);
    EXPECT(ee_door_on_push(door, hear, NULL), EE_OK);
    for (unsigned i = 0; i < calls; i++) {
        ask(door, i);
    }
    for (unsigned i = 0; i < calls / 10; i++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, ask_once, &door) == 0 && pthread_join(thread, NULL) == 0);
    }
    EXPECT(ee_door_close(door), EE_OK);
}

static long resident_kb(void) {
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file != NULL && fscanf(file, "%*s %ld", &pages) == 1);
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

int main(int argc, char **argv) {
    CHECK(argc == 5);
    FILE *file = fopen(argv[2], "rb");
    CHECK(file != NULL);
    while (frame_count < FRAMES_MOST && host_read(file, &frames[frame_count], &sizes[frame_count])) {
        frame_count++;
    }
    fclose(file);
    host_start(argv[1]);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < atoi(argv[4]); i++) {
            live((unsigned)atoi(argv[3]));
        }
        printf("%ld\n", resident_kb());
    }
    EXPECT(ee_shutdown(), EE_OK);
    return 0;
}
