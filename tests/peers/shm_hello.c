/* The other side of `lesson-shm hello`: peer writer|reader FOLDER NAME */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include "board.h"

struct board { _Atomic uint32_t written, read; char text[64]; };

int main(int argc, char **argv)
{
    (void)argc;
    int object = shm_open(argv[3], O_RDWR | O_CREAT, 0600);
    if (object < 0 || ftruncate(object, sizeof(struct board)) != 0)
        return 1;
    struct board *board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED, object, 0);
    if (board == MAP_FAILED)
        return 1;
    if (strcmp(argv[1], "writer") == 0) {
        strcpy(board->text, "Hello from process A");
        announce(&board->written);
        await_change(&board->read);
        return 0;
    }
    await_change(&board->written);
    puts(board->text);
    announce(&board->read);
    return 0;
}
