/* The other side of `lesson-shm system-v`: peer writer|reader FOLDER KEY */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include "board.h"

struct board { _Atomic uint32_t written, read; char text[64]; };

int main(int argc, char **argv)
{
    (void)argc;
    int id = shmget(atoi(argv[3]), sizeof(struct board), IPC_CREAT | 0600);
    struct board *board = id < 0 ? (void *)-1 : shmat(id, NULL, 0);
    if (board == (void *)-1)
        return 1;
    if (strcmp(argv[1], "writer") == 0) {
        strcpy(board->text, "Shared Hello");
        announce(&board->written);
        await_change(&board->read);
        return 0;
    }
    await_change(&board->written);
    puts(board->text);
    shmctl(id, IPC_RMID, NULL);
    announce(&board->read);
    return 0;
}
