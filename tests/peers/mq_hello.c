/* The other side of `lesson-mq hello`: peer sender|receiver FOLDER NAME */
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <string.h>

static mqd_t queue(const char *known, const char *label)
{
    char name[256];
    struct mq_attr room = { .mq_maxmsg = 1, .mq_msgsize = 32 };
    /* The lesson's names differ in their last word alone. */
    snprintf(name, sizeof name, "%.*s%s", (int)(strrchr(known, '-') + 1 - known), known, label);
    return mq_open(name, O_RDWR | O_CREAT, 0600, &room);
}

int main(int argc, char **argv)
{
    char text[33] = "";
    (void)argc;
    int sends = strcmp(argv[1], "sender") == 0;
    mqd_t letters = queue(argv[3], "letters"), answers = queue(argv[3], "answers");
    if (sends && mq_send(letters, "hello, whoever you are", 22, 0) != 0)
        return 1;
    if (mq_receive(sends ? answers : letters, text, 32, NULL) < 0)
        return 1;
    puts(text);
    return sends ? 0 : mq_send(answers, "hello, sender", 13, 0);
}
