/* How long things take, from before the process starts. argv: folders, a file of requests, how many times the last of them
 * is asked again, how many processes. Each process prints a line: for every request the microseconds since before it was
 * started and the resident kilobytes, then the median nanoseconds of the repeated one on the thread that started the engine, and on another. */
#include <pthread.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host.h"

extern char **environ;

enum { FRAMES_MOST = 16 };

static int64_t now_ns(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

static long resident_kb(void) {
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file != NULL && fscanf(file, "%*s %ld", &pages) == 1);
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static int compare(const void *a, const void *b) {
    const int64_t left = *(const int64_t *)a;
    const int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void ask(ee_door door, const uint8_t *frame, uint32_t size) {
    uint8_t *out = NULL;
    size_t out_size = 0;
    EXPECT(ee_door_call(door, frame, size, &out, &out_size), EE_OK);
    CHECK(out_size > 3 && out[3] == 0xc0); /* no error; ids are below 128 */
    ee_free(out);
}

typedef struct repeated {
    ee_door door;
    const uint8_t *frame;
    uint32_t size;
    size_t times;
    int64_t median;
} repeated;

static void *repeat(void *user) {
    repeated *at = user;
    int64_t *taken = calloc(at->times, sizeof *taken);
    CHECK(taken != NULL);
    for (size_t i = 0; i < at->times; i++) {
        int64_t begun = now_ns();
        ask(at->door, at->frame, at->size);
        taken[i] = now_ns() - begun;
    }
    qsort(taken, at->times, sizeof *taken, compare);
    at->median = taken[at->times / 2];
    free(taken);
    return NULL;
}

static int measure(char **argv) {
    const int64_t origin = strtoll(argv[5], NULL, 10);
    FILE *file = fopen(argv[2], "rb");
    CHECK(file != NULL);
    uint8_t *frames[FRAMES_MOST];
    uint32_t sizes[FRAMES_MOST];
    size_t count = 0;
    while (count < FRAMES_MOST && host_read(file, &frames[count], &sizes[count])) {
        count++;
    }
    fclose(file);
    ee_door door = 0;
    host_start(argv[1]);
    EXPECT(ee_door_new(&door), EE_OK);
    int64_t done[FRAMES_MOST];
    long resident[FRAMES_MOST];
    for (size_t i = 0; i < count; i++) {
        ask(door, frames[i], sizes[i]);
        done[i] = now_ns() - origin;
        resident[i] = resident_kb();
    }
    repeated here = {door, frames[count - 1], sizes[count - 1], (size_t)atoi(argv[3]), 0};
    repeated there = here;
    pthread_t thread;
    CHECK(count > 0 && here.times > 0 && repeat(&here) == NULL);
    CHECK(pthread_create(&thread, NULL, repeat, &there) == 0 && pthread_join(thread, NULL) == 0);
    for (size_t i = 0; i < count; i++) {
        printf("%lld %ld ", (long long)(done[i] / 1000), resident[i]);
    }
    printf("%lld %lld\n", (long long)here.median, (long long)there.median);
    return ee_shutdown() == EE_OK ? 0 : 1;
}

int main(int argc, char **argv) {
    if (argc == 6) {
        return measure(argv);
    }
    CHECK(argc == 5);
    for (int round = 0; round < atoi(argv[4]); round++) {
        char origin[32];
        pid_t child = 0;
        int status = 1;
        char *arguments[] = {argv[0], argv[1], argv[2], argv[3], argv[4], origin, NULL};
        snprintf(origin, sizeof origin, "%lld", (long long)now_ns());
        CHECK(posix_spawn(&child, argv[0], NULL, NULL, arguments, environ) == 0);
        CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    return 0;
}
