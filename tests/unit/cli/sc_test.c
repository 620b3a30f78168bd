/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* 'dotsys sc' against a machine in this process: the lines sc.exe prints, the paths it makes, the
 * exit statuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool.h"

#include "dotsys/dotsys.h"

static dotsys_machine *machine;
static char folder[600]; /* of the sample drivers */
static char output[8192], errors[1024];

static void no_log(void *context, const dotsys_log_line *line)
{
    (void)context, (void)line;
}

static int open_machine(void **state)
{
    const dotsys_options options = {.size = sizeof(options), .log = no_log};
    const char *build = getenv("DOTSYS_TEST_BUILD");
    char relative[600], *real;

    (void)state;
    snprintf(relative, sizeof(relative), "%s/drivers/x64/free", build != NULL ? build : "build");
    real = realpath(relative, NULL);
    if (real == NULL)
        return 1;
    snprintf(folder, sizeof(folder), "%s", real);
    free(real);
    return dotsys_machine_open(&options, &machine) != 0;
}

static int close_machine(void **state)
{
    (void)state;
    return dotsys_machine_close(machine) != 0;
}

/* Runs 'sc' with words that are separated by '|'; output and errors are what it printed. */
static int sc(const char *words)
{
    char copy[1024], *argv[32] = {(char[]){"sc"}};
    char *out_text = NULL, *err_text = NULL;
    size_t out_size, err_size;
    int argc = 1;

    snprintf(copy, sizeof(copy), "%s", words);
    for (char *word = strtok(copy, "|"); word != NULL; word = strtok(NULL, "|"))
        argv[argc++] = word;
    struct tool tool = {.out = open_memstream(&out_text, &out_size),
        .err = open_memstream(&err_text, &err_size),
        .folder = folder};
    int status = tool_sc(&tool, argc, argv);
    fclose(tool.out);
    fclose(tool.err);
    snprintf(output, sizeof(output), "%s", out_text);
    snprintf(errors, sizeof(errors), "%s", err_text);
    free(out_text);
    free(err_text);
    return status;
}

static void installs_starts_and_removes(void **state)
{
    (void)state;
    assert_int_equal(
        sc("create|hello|binPath=|./hello.sys|type=|kernel|DisplayName=|Greeter|depend=|/"),
        EXIT_FINE);
    assert_string_equal(output, "[SC] CreateService SUCCESS\n");
    assert_int_equal(sc("create|hello|binPath=|hello.sys|type=|kernel"), EXIT_COMMAND_FAILED);
    assert_string_equal(
        output, "[SC] CreateService FAILED 1073:\n\nThe specified service already exists.\n\n");
    assert_int_equal(sc("query|hello"), EXIT_FINE);
    assert_string_equal(output,
        "\n"
        "SERVICE_NAME: hello \n"
        "        TYPE               : 1  KERNEL_DRIVER  \n"
        "        STATE              : 1  STOPPED \n"
        "        WIN32_EXIT_CODE    : 1077  (0x435)\n"
        "        SERVICE_EXIT_CODE  : 0  (0x0)\n"
        "        CHECKPOINT         : 0x0\n"
        "        WAIT_HINT          : 0x0\n");
    assert_int_equal(sc("start|hello"), EXIT_FINE);
    assert_string_equal(output,
        "\n"
        "SERVICE_NAME: hello \n"
        "        TYPE               : 1  KERNEL_DRIVER  \n"
        "        STATE              : 4  RUNNING \n"
        "                                (STOPPABLE, NOT_PAUSABLE, IGNORES_SHUTDOWN)\n"
        "        WIN32_EXIT_CODE    : 0  (0x0)\n"
        "        SERVICE_EXIT_CODE  : 0  (0x0)\n"
        "        CHECKPOINT         : 0x0\n"
        "        WAIT_HINT          : 0x0\n"
        "        PID                : 0\n"
        "        FLAGS              : \n");
    assert_int_equal(sc("start|hello"), EXIT_COMMAND_FAILED);
    assert_string_equal(output,
        "[SC] StartService FAILED 1056:\n\nAn instance of the service is already running.\n\n");
    assert_int_equal(sc("stop|hello"), EXIT_FINE);
    assert_non_null(strstr(output, "        STATE              : 1  STOPPED \n"));
    assert_int_equal(sc("stop|hello"), EXIT_COMMAND_FAILED);
    assert_string_equal(
        output, "[SC] ControlService FAILED 1062:\n\nThe service has not been started.\n\n");
    assert_int_equal(sc("delete|hello"), EXIT_FINE);
    assert_string_equal(output, "[SC] DeleteService SUCCESS\n");
    assert_int_equal(sc("query|hello"), EXIT_COMMAND_FAILED);
    assert_non_null(strstr(output, "[SC] EnumQueryServicesStatus:OpenService FAILED 1060:\n\n"));
    assert_int_equal(sc("start|hello"), EXIT_COMMAND_FAILED);
    assert_non_null(strstr(output, "[SC] StartService: OpenService FAILED 1060:\n\n"));
}

static void shows_configurations(void **state)
{
    char path[700], line[800];

    (void)state;
    assert_int_equal(sc("create|hello|binPath=hello.sys|type=|"), EXIT_USAGE);
    assert_int_equal(sc("create|hello|binPath=hello.sys|type=|kernel|start=|boot|error=|critical|"
                        "group=|Base|tag=|yes|"
                        "depend=|a/b/+Filter"),
        EXIT_FINE);
    snprintf(path, sizeof(path), "\\??\\Z:%s/hello.sys", folder);
    for (char *at = path; *at != '\0'; at++)
        *at = *at == '/' ? '\\' : *at;
    snprintf(line, sizeof(line), "        BINARY_PATH_NAME   : %s\n", path);
    assert_int_equal(sc("qc|hello"), EXIT_FINE);
    assert_non_null(strstr(output, "[SC] QueryServiceConfig SUCCESS\n\nSERVICE_NAME: hello\n"));
    assert_non_null(strstr(output, "        START_TYPE         : 0   BOOT_START\n"));
    assert_non_null(strstr(output, "        ERROR_CONTROL      : 3   CRITICAL\n"));
    assert_non_null(strstr(output, line));
    assert_non_null(
        strstr(output, "        LOAD_ORDER_GROUP   : Base\n        TAG                : 1\n"));
    assert_non_null(strstr(output,
        "        DEPENDENCIES       : a\n                           : b\n                          "
        " : +Filter\n"));
    assert_int_equal(
        sc("config|hello|binPath=|\\SystemRoot\\x.sys|start=|demand|depend=|/|DisplayName=|X y"),
        EXIT_FINE);
    assert_string_equal(output, "[SC] ChangeServiceConfig SUCCESS\n");
    assert_int_equal(sc("qc|hello"), EXIT_FINE);
    assert_non_null(strstr(output, "        BINARY_PATH_NAME   : \\SystemRoot\\x.sys\n"));
    assert_non_null(
        strstr(output, "        DEPENDENCIES       : \n        SERVICE_START_NAME : \n"));
    assert_int_equal(sc("GetKeyName|x Y"), EXIT_FINE);
    assert_string_equal(output, "[SC] GetServiceKeyName SUCCESS\nName = hello\n");
    assert_int_equal(sc("GetDisplayName|HELLO"), EXIT_FINE);
    assert_string_equal(output, "[SC] GetServiceDisplayName SUCCESS\nName = X y\n");
    assert_int_equal(sc("description|hello|greets"), EXIT_FINE);
    assert_int_equal(sc("qdescription|hello"), EXIT_FINE);
    assert_string_equal(
        output, "[SC] QueryServiceConfig2 SUCCESS\n\nSERVICE_NAME: hello\nDESCRIPTION:  greets\n");
}

static void lists(void **state)
{
    (void)state;
    assert_int_equal(sc("create|base|binPath=|a.sys|type=|kernel|group=|G"), EXIT_FINE);
    assert_int_equal(sc("create|upper|binPath=|b.sys|type=|filesys|depend=|base"), EXIT_FINE);
    assert_int_equal(sc("create|program|binPath=|C:\\a.exe|type=|own"), EXIT_FINE);
    assert_int_equal(sc("query"), EXIT_FINE);
    assert_string_equal(output, "");
    assert_int_equal(sc("query|type=|driver|state=|all"), EXIT_FINE);
    assert_non_null(strstr(output, "SERVICE_NAME: base\nDISPLAY_NAME: base\n"));
    assert_non_null(strstr(output, "SERVICE_NAME: upper\n"));
    assert_null(strstr(output, "program"));
    assert_int_equal(sc("queryex|type=|all|state=|inactive|group=|g"), EXIT_FINE);
    assert_non_null(strstr(output, "        PID                : 0\n"));
    assert_null(strstr(output, "upper"));
    assert_int_equal(sc("enumdepend|base"), EXIT_FINE);
    assert_non_null(
        strstr(output, "[SC] EnumDependentServices: entriesread = 1\n\nSERVICE_NAME: upper\n"));
    assert_int_equal(sc("start|program"), EXIT_COMMAND_FAILED);
    assert_non_null(strstr(output, "[SC] StartService FAILED 50:\n"));
}

static void refuses_what_it_does_not_know(void **state)
{
    (void)state;
    assert_int_equal(sc(""), EXIT_USAGE);
    assert_int_equal(sc("sing"), EXIT_USAGE);
    assert_non_null(strstr(errors, "there is no command 'sing'"));
    assert_int_equal(sc("start"), EXIT_USAGE);
    assert_int_equal(sc("create|x"), EXIT_USAGE);
    assert_non_null(strstr(errors, "binPath="));
    assert_int_equal(sc("create|x|binPath=|a|start=|never"), EXIT_USAGE);
    assert_int_equal(sc("create|x|binPath=|a|colour=|red"), EXIT_USAGE);
    assert_int_equal(sc("query|state=|asleep"), EXIT_USAGE);
    assert_int_equal(sc("\\\\elsewhere|query"), EXIT_COMMAND_FAILED);
    assert_non_null(strstr(output, "[SC] OpenSCManager FAILED 1722:\n"));
    assert_int_equal(sc("\\\\localhost|query"), EXIT_FINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(installs_starts_and_removes, open_machine, close_machine),
        cmocka_unit_test_setup_teardown(shows_configurations, open_machine, close_machine),
        cmocka_unit_test_setup_teardown(lists, open_machine, close_machine),
        cmocka_unit_test_setup_teardown(refuses_what_it_does_not_know, open_machine, close_machine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
