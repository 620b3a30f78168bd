/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* cli/command.c, cli/code.c and cli/suggest.c: what each command means, and what is said about one
 * that means nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "command.h"
#include "suggest.h"

static struct command *parse(const char *text)
{
    struct parse_error error = {""};
    struct command *command = command_parse(text, &error);

    if (command == NULL)
        fail_msg("%s: refused: %s", text, error.text);
    return command;
}

static void refuse(const char *text, const char *reason)
{
    struct parse_error error = {""};
    struct command *command = command_parse(text, &error);

    if (command != NULL)
        fail_msg("%s: not refused", text);
    if (strstr(error.text, reason) == NULL)
        fail_msg("%s: refused with '%s' instead of '%s'", text, error.text, reason);
}

static void open_commands(void **state)
{
    struct command *command = parse("  open \\\\.\\HelloDrv  ");

    (void)state;
    assert_int_equal(command->verb, COMMAND_OPEN);
    assert_string_equal(command->text, "open \\\\.\\HelloDrv");
    assert_string_equal(command->name, "\\\\.\\HelloDrv");
    assert_string_equal(command->handle, "");
    assert_int_equal(command->access, 0xC0000000);
    assert_int_equal(command->share, 3);
    assert_false(command->overlapped);
    command_free(command);

    command = parse("open \"\\\\.\\My Device\" access=r share=none overlapped as h2");
    assert_string_equal(command->name, "\\\\.\\My Device");
    assert_string_equal(command->handle, "h2");
    assert_int_equal(command->access, 0x80000000);
    assert_int_equal(command->share, 0);
    assert_true(command->overlapped);
    command_free(command);

    command = parse("open X access=0x12019f share=rwd");
    assert_int_equal(command->access, 0x12019f);
    assert_int_equal(command->share, 7);
    command_free(command);
    command = parse("open X access=none");
    assert_int_equal(command->access, 0);
    command_free(command);

    refuse("open", "name of the device is missing");
    refuse("open X access=q", "access 'q'");
    refuse("open X access=d", "access 'd'");
    refuse("open X share=x", "share 'x'");
    refuse("open X as", "'as' wants a name");
    refuse("open X as 2h", "'as' wants a name");
    refuse("open X exclusively", "open does not know 'exclusively'");
    refuse("open \"X", "not closed");
}

static void transfer_commands(void **state)
{
    struct command *command = parse("read 64");

    (void)state;
    assert_int_equal(command->verb, COMMAND_READ);
    assert_int_equal(command->length, 64);
    assert_false(command->at);
    command_free(command);

    command = parse("h2: read 0x10 at=512");
    assert_string_equal(command->handle, "h2");
    assert_string_equal(command->text, "h2: read 0x10 at=512");
    assert_int_equal(command->length, 16);
    assert_true(command->at);
    assert_int_equal(command->offset, 512);
    command_free(command);

    command = parse("write \"two words\",u16:1 at=-1");
    assert_int_equal(command->verb, COMMAND_WRITE);
    assert_int_equal(command->data.size, 11);
    assert_true(command->offset == UINT64_MAX);
    command_free(command);

    command = parse("seek 1024");
    assert_int_equal(command->offset, 1024);
    command_free(command);

    refuse("read", "number of bytes is missing");
    refuse("read x", "not a decimal");
    refuse("read 1073741825", "too large");
    refuse("read 4 5", "read does not know '5'");
    refuse("read 4 at=", "the offset is missing");
    refuse("write", "the data is missing");
    refuse("write hello", "'hello' is not data");
    refuse("write \"a\" to=1", "write does not know 'to=1'");
    refuse("seek", "the offset is missing");
}

static void control_commands(void **state)
{
    struct command *command = parse("ioctl 0x222000");

    (void)state;
    assert_int_equal(command->code, 0x222000);
    assert_int_equal(command->length, 0);
    assert_int_equal(command->data.size, 0);
    command_free(command);

    command = parse("ioctl CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_NEITHER, FILE_ANY_ACCESS) "
                    "in=u32:7 out=16");
    assert_int_equal(command->code, 0x222007);
    assert_int_equal(command->data.size, 4);
    assert_int_equal(command->length, 16);
    command_free(command);

    command = parse("ioctl 0x222000 method=out-direct");
    assert_int_equal(command->code, 0x222002);
    command_free(command);
    command = parse("ioctl 0x222003 method=METHOD_IN_DIRECT");
    assert_int_equal(command->code, 0x222001);
    command_free(command);

    command = parse("ioctl 0x222003 in=u32:7 in-at=0x1000 out=16 out-at=+7");
    assert_true(command->data_at);
    assert_int_equal(command->data_address, 0x1000);
    assert_false(command->buffer_at);
    assert_int_equal(command->buffer_ahead, 7);
    command_free(command);

    refuse("ioctl", "control code is missing");
    refuse("ioctl 1 out-at=+4096", "the limit is 4095");
    refuse("ioctl 1 in-at=+", "in-at=");
    refuse("ioctl 0x100000000", "too large");
    refuse("ioctl 1 method=fast", "the method 'fast'");
    refuse("ioctl 1 out=x", "out= 'x'");
    refuse("ioctl 1 in=x", "'x' is not data");
    refuse("ioctl 1 2", "ioctl does not know '2'");
}

static void control_codes(void **state)
{
    static const struct {
        const char *text;
        uint32_t code;
    } good[] = {
        {"CTL_CODE(0x22,0x800,0,0)", 0x222000}, {"CTL_CODE(7,0,0,0)", 0x70000},
        {"CTL_CODE(0x22,0x1724,0,0)", 0x225C90},
        {"ctl_code(file_device_disk,0,method_buffered,file_any_access)", 0x70000},
        {"CTL_CODE(34,2048,buffered,FILE_READ_ACCESS|FILE_WRITE_ACCESS)", 0x22E000},
        {"CTL_CODE(0xffff,0xfff,3,3)", 0xFFFFFFFF}, {"4294967295", 0xFFFFFFFF},
    };
    static const char *const bad[] = {
        "CTL_CODE(1,2,3)",
        "CTL_CODE(1,2,3,0,5)",
        "CTL_CODE(1,2,3,4",
        "CTL_CODE(1,2,3,0)x",
        "CTL_CODE(0x10000,0,0,0)",
        "CTL_CODE(1,0x4000,0,0)",
        "CTL_CODE(1,0,4,0)",
        "CTL_CODE(1,0,0,4)",
        "CTL_CODE(,0,0,0)",
        "CTL_CODE(FILE_DEVICE_TOASTER,0,0,0)",
        "CTL_CODE(1,0,0,|)",
        "IOCTL_X",
        "",
    };
    struct parse_error error;
    uint32_t code;

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        if (!code_parse(good[i].text, &code, &error))
            fail_msg("%s: refused: %s", good[i].text, error.text);
        if (code != good[i].code)
            fail_msg("%s: 0x%x", good[i].text, code);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        error.text[0] = '\0';
        if (code_parse(bad[i], &code, &error))
            fail_msg("%s: not refused", bad[i]);
        assert_true(error.text[0] != '\0');
    }
}

static void other_commands(void **state)
{
    struct command *command = parse("sleep 20");

    (void)state;
    assert_int_equal(command->milliseconds, 20);
    command_free(command);
    command = parse("start hello");
    assert_int_equal(command->verb, COMMAND_START);
    assert_string_equal(command->name, "hello");
    command_free(command);
    command = parse("h1:wait");
    assert_int_equal(command->verb, COMMAND_WAIT);
    assert_string_equal(command->handle, "h1");
    command_free(command);

    refuse("sleep", "milliseconds is missing");
    refuse("stop", "name of the service is missing");
    refuse("close now", "close does not know 'now'");
    refuse("cancel 1", "cancel does not know '1'");
    refuse("", "empty");
    refuse("h1:", "empty");
    refuse("red 5", "did you mean 'read'?");
    refuse("frobnicate", "there are open, close");
    refuse("read (4", "not closed");
}

static void repeated_commands(void **state)
{
    struct command *command = parse("h1: repeat 1000 ioctl CTL_CODE(1, 2, 3, 0) in=\"a b\"");

    (void)state;
    assert_int_equal(command->verb, COMMAND_REPEAT);
    assert_int_equal(command->times, 1000);
    assert_non_null(command->repeated);
    assert_int_equal(command->repeated->verb, COMMAND_IOCTL);
    assert_string_equal(command->repeated->text, "ioctl CTL_CODE(1, 2, 3, 0) in=\"a b\"");
    assert_string_equal(command->repeated->handle, "h1");
    assert_int_equal(command->repeated->data.size, 3);
    command_free(command);

    command = parse("repeat 2 h2: close");
    assert_string_equal(command->repeated->handle, "h2");
    command_free(command);

    refuse("repeat", "a number and a command");
    refuse("repeat 5", "empty");
    refuse("repeat 0 close", "measures nothing");
    refuse("repeat 10000001 close", "too large");
    refuse("repeat 2 repeat 2 close", "cannot repeat a repeat");
    refuse("repeat 2 read", "number of bytes is missing");
}

static void suggestions(void **state)
{
    static const char *const words[] = {"run", "imports", "exports", "help"};

    (void)state;
    assert_string_equal(suggest_nearest("rnu", words, 4), "run");
    assert_string_equal(suggest_nearest("import", words, 4), "imports");
    assert_string_equal(suggest_nearest("HELP", words, 4), "help");
    assert_string_equal(suggest_nearest("exprts", words, 4), "exports");
    assert_null(suggest_nearest("frobnicate", words, 4));
    assert_null(suggest_nearest("", words, 4));
}

static void threads_and_processes(void **state)
{
    struct command *command = parse("@a h2: read 16");

    (void)state;
    assert_int_equal(command->verb, COMMAND_READ);
    assert_string_equal(command->text, "@a h2: read 16");
    assert_string_equal(command->thread, "a");
    assert_string_equal(command->handle, "h2");
    command_free(command);

    command = parse("process start \"note pad.exe\" as p");
    assert_int_equal(command->verb, COMMAND_PROCESS);
    assert_string_equal(command->thread, "");
    assert_string_equal(command->name, "note pad.exe");
    assert_string_equal(command->handle, "p");
    command_free(command);

    command = parse("@b process exit p");
    assert_string_equal(command->thread, "b");
    assert_null(command->name);
    assert_string_equal(command->handle, "p");
    command_free(command);

    command = parse("event as e");
    assert_int_equal(command->verb, COMMAND_EVENT);
    assert_string_equal(command->handle, "e");
    command_free(command);

    refuse("@ read 16", "name of a thread");
    refuse("@a", "the command is empty");
    refuse("repeat 2 @a read 1", "stands before repeat");
    refuse("process", "wants 'start NAME'");
    refuse("process exit", "wants a name");
    refuse("process start", "name of the process");
    refuse("process start a.exe in p", "as NAME");
    refuse("event e", "as NAME");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_commands),
        cmocka_unit_test(transfer_commands),
        cmocka_unit_test(control_commands),
        cmocka_unit_test(control_codes),
        cmocka_unit_test(other_commands),
        cmocka_unit_test(repeated_commands),
        cmocka_unit_test(threads_and_processes),
        cmocka_unit_test(suggestions),
    };

    return cmocka_run_group_tests_name("cli/command", tests, NULL, NULL);
}
