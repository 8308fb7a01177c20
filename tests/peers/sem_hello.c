/* The other side of `lesson-sem hello`: peer guest|porter FOLDER NAME */
#include <fcntl.h>
#include <semaphore.h>
#include <string.h>

int main(int argc, char **argv)
{
    (void)argc;
    sem_t *bell = sem_open(argv[3], O_CREAT, 0600, 0);
    if (bell == SEM_FAILED)
        return 1;
    if (strcmp(argv[1], "guest") == 0)
        return sem_post(bell);
    return sem_wait(bell);
}
