/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * dotsys sc: a machine's services with sc.exe's words, options and output. What differs: binPath=
 * may be a path of the host, 'query' without a type= lists drivers too, as a machine has little
 * else, and the exit status is 1 for every error.
 */
#include "tool_sc.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char cmd_sc_help[] =
    "Usage: dotsys sc [--machine DIR] [--user] COMMAND [NAME] [OPTION= VALUE]...\n"
    "\n"
    "Installs, starts, stops and shows services (drivers) of a machine, as sc.exe does.\n"
    "\n"
    "Commands:\n"
    "  create NAME binPath= FILE    install: type= kernel|filesys, start= "
    "boot|system|auto|demand|disabled,\n"
    "                               error= normal|severe|critical|ignore, group=, tag= yes|no, "
    "depend= A/B/+GROUP,\n"
    "                               DisplayName=, obj=\n"
    "  config NAME OPTION= ...      change what create set\n"
    "  description NAME [TEXT]      set the description\n"
    "  start NAME                   load the driver, after those it depends on\n"
    "  stop NAME                    unload it\n"
    "  delete NAME                  uninstall; at once, or when it has stopped and is open "
    "nowhere\n"
    "  query [NAME]                 state: of one, or of all with type= driver|service|all, state= "
    "active|inactive|all,\n"
    "                               group=\n"
    "  queryex [NAME]               the same with process and flags\n"
    "  qc NAME, qdescription NAME   configuration, description\n"
    "  GetDisplayName NAME, GetKeyName DISPLAYNAME\n"
    "  enumdepend NAME              what depends on it\n"
    "\n"
    "FILE is a path of the host, or one Windows would take: C:\\..., \\SystemRoot\\..., "
    "\\??\\Z:\\... (Z: is the host's /).\n"
    "\n"
    "Exit status: 0 fine, 1 the command failed, 2 usage.\n"
    "\n"
    "Example:\n"
    "  dotsys sc create hello binPath= ./hello.sys type= kernel start= demand\n";

struct sc {
    struct tool *tool;
    const char *machine; /* \\name, or NULL */
    const char *command;
    int argc;            /* what follows the command */
    char **argv;
};

static int usage(const struct sc *sc, const char *format, ...)
{
    va_list arguments;

    fprintf(sc->tool->err, "dotsys sc: ");
    va_start(arguments, format);
    vfprintf(sc->tool->err, format, arguments);
    va_end(arguments);
    fprintf(sc->tool->err, "\nTry 'dotsys sc --help'.\n");
    return EXIT_USAGE;
}

/* ---- options --------------------------------------------------------------------------------- */

/* The value of the option at argv[*i], "type= kernel" or "type=kernel"; NULL: it is another one. *i
 * moves to its end. */
static const char *option_value(const struct sc *sc, int *i, const char *name)
{
    const char *argument = sc->argv[*i];
    size_t length = strlen(name);

    if (strncasecmp(argument, name, length) != 0 || argument[length] != '=')
        return NULL;
    if (argument[length + 1] != '\0')
        return argument + length + 1;
    return *i + 1 < sc->argc ? sc->argv[++*i] : "";
}

static bool find_word(const struct sc_word *words, const char *word, DWORD *value)
{
    for (; words->word != NULL; words++) {
        if (strcasecmp(words->word, word) == 0) {
            *value = words->value;
            return true;
        }
    }
    return false;
}

/* What create and config were given; texts that are NULL were not. */
struct settings {
    DWORD type, start, error;
    bool interactive, tag;
    char *path, *depend; /* malloc */
    const char *group, *display, *object, *password;
};

static void free_settings(struct settings *settings)
{
    free(settings->path);
    free(settings->depend);
}

static bool is_windows_path(const char *path)
{
    bool drive = ((path[0] | 32) >= 'a' && (path[0] | 32) <= 'z') && path[1] == ':';

    return path[0] == '%' || drive || strchr(path, '\\') != NULL;
}

/* A path as a service's: the host's become those of Z:. malloc. */
static char *service_path(const struct sc *sc, const char *path)
{
    char *result = NULL;

    if (is_windows_path(path) || path[0] == '\0')
        return strdup(path);
    if (strncmp(path, "./", 2) == 0)
        path += 2;
    int length = path[0] == '/' ? asprintf(&result, "\\??\\Z:%s", path)
                                : asprintf(&result, "\\??\\Z:%s/%s", sc->tool->folder, path);
    if (length < 0)
        return NULL;
    for (char *at = result; *at != '\0'; at++)
        *at = *at == '/' ? '\\' : *at;
    return result;
}

/* "a/b" as strings with an end each, and an empty one. malloc. */
static char *service_list(const char *names)
{
    size_t length = strlen(names), used = 0;
    char *result = calloc(1, length + 2);

    for (size_t i = 0; result != NULL && i < length; i++) {
        if (names[i] != '/')
            result[used++] = names[i];
        else if (used != 0 && result[used - 1] != '\0')
            result[used++] = '\0';
    }
    return result;
}

static int set_type(const struct sc *sc, struct settings *settings, const char *word)
{
    if (strcasecmp(word, "interact") == 0) {
        settings->interactive = true;
        return EXIT_FINE;
    }
    return find_word(sc_types, word, &settings->type) ? EXIT_FINE
                                                      : usage(sc, "type= '%s' is not known", word);
}

static int set_start(const struct sc *sc, struct settings *settings, const char *word)
{
    return find_word(sc_starts, word, &settings->start)
        ? EXIT_FINE
        : usage(sc, "start= '%s' is not known", word);
}

static int set_error(const struct sc *sc, struct settings *settings, const char *word)
{
    return find_word(sc_errors, word, &settings->error)
        ? EXIT_FINE
        : usage(sc, "error= '%s' is not known", word);
}

static int set_tag(const struct sc *sc, struct settings *settings, const char *word)
{
    settings->tag = strcasecmp(word, "yes") == 0;
    return settings->tag || strcasecmp(word, "no") == 0
        ? EXIT_FINE
        : usage(sc, "tag= is yes or no, not '%s'", word);
}

static int set_path(const struct sc *sc, struct settings *settings, const char *word)
{
    free(settings->path);
    settings->path = service_path(sc, word);
    return settings->path != NULL ? EXIT_FINE : EXIT_COMMAND_FAILED;
}

static int set_depend(const struct sc *sc, struct settings *settings, const char *word)
{
    (void)sc;
    free(settings->depend);
    settings->depend = service_list(word);
    return settings->depend != NULL ? EXIT_FINE : EXIT_COMMAND_FAILED;
}

static int set_group(const struct sc *sc, struct settings *settings, const char *word)
{
    (void)sc;
    settings->group = word;
    return EXIT_FINE;
}

static int set_display(const struct sc *sc, struct settings *settings, const char *word)
{
    (void)sc;
    settings->display = word;
    return EXIT_FINE;
}

static int set_object(const struct sc *sc, struct settings *settings, const char *word)
{
    (void)sc;
    settings->object = word;
    return EXIT_FINE;
}

static int set_password(const struct sc *sc, struct settings *settings, const char *word)
{
    (void)sc;
    settings->password = word;
    return EXIT_FINE;
}

static const struct {
    const char *name;
    int (*set)(const struct sc *, struct settings *, const char *);
} setting_options[] = {
    {"type", set_type},
    {"start", set_start},
    {"error", set_error},
    {"binPath", set_path},
    {"group", set_group},
    {"tag", set_tag},
    {"depend", set_depend},
    {"obj", set_object},
    {"DisplayName", set_display},
    {"password", set_password},
};

/* The options from the second argument on. */
static int parse_settings(const struct sc *sc, struct settings *settings)
{
    for (int i = 1; i < sc->argc; i++) {
        const char *value = NULL;
        const char *argument = sc->argv[i];
        for (size_t j = 0;
             value == NULL && j < sizeof(setting_options) / sizeof(setting_options[0]); j++) {
            value = option_value(sc, &i, setting_options[j].name);
            int status = value != NULL ? setting_options[j].set(sc, settings, value) : EXIT_FINE;
            if (status != EXIT_FINE)
                return status;
        }
        if (value == NULL)
            return usage(
                sc, "'%s' is not an option of %s: an option ends with =", argument, sc->command);
    }
    return EXIT_FINE;
}

/* ---- handles --------------------------------------------------------------------------------- */

static SC_HANDLE open_manager(const struct sc *sc, DWORD access)
{
    SC_HANDLE manager = OpenSCManagerA(sc->machine, NULL, access);

    if (manager == NULL)
        sc_failed(sc->tool, "OpenSCManager");
    return manager;
}

/* The service named first. NULL: it has been said why, as a failure of call. */
static SC_HANDLE open_service(const struct sc *sc, DWORD access, const char *call)
{
    SC_HANDLE manager = open_manager(sc, SC_MANAGER_CONNECT);

    if (manager == NULL)
        return NULL;
    SC_HANDLE service = OpenServiceA(manager, sc->argv[0], access);
    if (service == NULL)
        sc_failed(sc->tool, call);
    CloseServiceHandle(manager);
    return service;
}

static int close_with(SC_HANDLE service, int status)
{
    CloseServiceHandle(service);
    return status;
}

/* ---- commands -------------------------------------------------------------------------------- */

static int sc_create(const struct sc *sc)
{
    struct settings settings = {.type = SERVICE_KERNEL_DRIVER,
        .start = SERVICE_DEMAND_START,
        .error = SERVICE_ERROR_NORMAL};
    DWORD tag;
    int status = parse_settings(sc, &settings);

    if (status == EXIT_FINE && settings.path == NULL)
        status = usage(sc, "create needs binPath=");
    SC_HANDLE manager = status == EXIT_FINE ? open_manager(sc, SC_MANAGER_CREATE_SERVICE) : NULL;
    if (manager == NULL) {
        free_settings(&settings);
        return status != EXIT_FINE ? status : EXIT_COMMAND_FAILED;
    }
    SC_HANDLE service = CreateServiceA(manager, sc->argv[0], settings.display, SERVICE_QUERY_STATUS,
        settings.type | (settings.interactive ? SERVICE_INTERACTIVE_PROCESS : 0), settings.start,
        settings.error, settings.path, settings.group, settings.tag ? &tag : NULL, settings.depend,
        settings.object, settings.password);
    status = service != NULL ? sc_done(sc->tool, "CreateService")
                             : sc_failed(sc->tool, "CreateService");
    if (service != NULL)
        CloseServiceHandle(service);
    free_settings(&settings);
    return close_with(manager, status);
}

static int sc_config(const struct sc *sc)
{
    struct settings settings = {
        .type = SERVICE_NO_CHANGE, .start = SERVICE_NO_CHANGE, .error = SERVICE_NO_CHANGE};
    DWORD tag;
    int status = parse_settings(sc, &settings);

    SC_HANDLE service = status == EXIT_FINE ? open_service(sc, SERVICE_CHANGE_CONFIG, "OpenService")
                                            : NULL;
    if (service == NULL) {
        free_settings(&settings);
        return status != EXIT_FINE ? status : EXIT_COMMAND_FAILED;
    }
    bool done = ChangeServiceConfigA(service, settings.type, settings.start, settings.error,
        settings.path, settings.group, settings.tag ? &tag : NULL, settings.depend, settings.object,
        settings.password, settings.display);
    status = done ? sc_done(sc->tool, "ChangeServiceConfig")
                  : sc_failed(sc->tool, "ChangeServiceConfig");
    free_settings(&settings);
    return close_with(service, status);
}

static int sc_description(const struct sc *sc)
{
    SERVICE_DESCRIPTIONA description = {(char[]){""}};
    SC_HANDLE service = open_service(sc, SERVICE_CHANGE_CONFIG, "OpenService");

    if (service == NULL)
        return EXIT_COMMAND_FAILED;
    if (sc->argc > 1)
        description.lpDescription = sc->argv[1];
    bool done = ChangeServiceConfig2A(service, SERVICE_CONFIG_DESCRIPTION, &description);
    return close_with(service,
        done ? sc_done(sc->tool, "ChangeServiceConfig2")
             : sc_failed(sc->tool, "ChangeServiceConfig2"));
}

static int sc_start(const struct sc *sc)
{
    SERVICE_STATUS_PROCESS status;
    DWORD needed;
    SC_HANDLE service = open_service(
        sc, SERVICE_START | SERVICE_QUERY_STATUS, "StartService: OpenService");

    if (service == NULL)
        return EXIT_COMMAND_FAILED;
    if (!StartServiceA(service, 0, NULL))
        return close_with(service, sc_failed(sc->tool, "StartService"));
    if (!QueryServiceStatusEx(
            service, SC_STATUS_PROCESS_INFO, (BYTE *)&status, sizeof(status), &needed))
        return close_with(service, sc_failed(sc->tool, "QueryServiceStatusEx"));
    sc_show_status(sc->tool, sc->argv[0], NULL, &status, true);
    return close_with(service, EXIT_FINE);
}

static int sc_stop(const struct sc *sc)
{
    SERVICE_STATUS_PROCESS status = {0};
    SC_HANDLE service = open_service(sc, SERVICE_STOP, "OpenService");

    if (service == NULL)
        return EXIT_COMMAND_FAILED;
    if (!ControlService(service, SERVICE_CONTROL_STOP, (SERVICE_STATUS *)(void *)&status))
        return close_with(service, sc_failed(sc->tool, "ControlService"));
    sc_show_status(sc->tool, sc->argv[0], NULL, &status, false);
    return close_with(service, EXIT_FINE);
}

static int sc_delete(const struct sc *sc)
{
    SC_HANDLE service = open_service(sc, DELETE, "OpenService");

    if (service == NULL)
        return EXIT_COMMAND_FAILED;
    bool done = DeleteService(service);
    return close_with(
        service, done ? sc_done(sc->tool, "DeleteService") : sc_failed(sc->tool, "DeleteService"));
}

static int query_one(const struct sc *sc, bool process)
{
    SERVICE_STATUS_PROCESS status;
    DWORD needed;
    SC_HANDLE service = open_service(
        sc, SERVICE_QUERY_STATUS, "EnumQueryServicesStatus:OpenService");

    if (service == NULL)
        return EXIT_COMMAND_FAILED;
    if (!QueryServiceStatusEx(
            service, SC_STATUS_PROCESS_INFO, (BYTE *)&status, sizeof(status), &needed))
        return close_with(service, sc_failed(sc->tool, "QueryServiceStatusEx"));
    sc_show_status(sc->tool, sc->argv[0], NULL, &status, process);
    return close_with(service, EXIT_FINE);
}

/* Which services 'query' lists. */
struct filter {
    DWORD type, state;
    const char *group;
};

static int parse_filter(const struct sc *sc, struct filter *filter)
{
    static const struct sc_word types[] = {{"driver", NULL, SERVICE_DRIVER},
        {"service", NULL, SERVICE_WIN32}, {"all", NULL, SERVICE_DRIVER | SERVICE_WIN32},
        {NULL, NULL, 0}};
    static const struct sc_word states[] = {{"active", NULL, SERVICE_ACTIVE},
        {"inactive", NULL, SERVICE_INACTIVE}, {"all", NULL, SERVICE_STATE_ALL}, {NULL, NULL, 0}};

    for (int i = 0; i < sc->argc; i++) {
        const char *argument = sc->argv[i], *value;
        if ((value = option_value(sc, &i, "type")) != NULL) {
            if (!find_word(types, value, &filter->type) &&
                !find_word(sc_types, value, &filter->type))
                return usage(sc, "type= '%s' is not known", value);
        } else if ((value = option_value(sc, &i, "state")) != NULL) {
            if (!find_word(states, value, &filter->state))
                return usage(sc, "state= '%s' is none of active, inactive, all", value);
        } else if ((value = option_value(sc, &i, "group")) != NULL) {
            filter->group = value;
        } else if (option_value(sc, &i, "bufsize") == NULL && option_value(sc, &i, "ri") == NULL) {
            return usage(
                sc, "'%s' is not an option of %s: an option ends with =", argument, sc->command);
        }
    }
    return EXIT_FINE;
}

static int query_all(const struct sc *sc, bool process)
{
    struct filter filter = {SERVICE_DRIVER | SERVICE_WIN32, SERVICE_ACTIVE, NULL};
    DWORD needed = 0, count = 0, resume = 0, room = 4096;
    int status = parse_filter(sc, &filter);

    if (status != EXIT_FINE)
        return status;
    SC_HANDLE manager = open_manager(sc, SC_MANAGER_ENUMERATE_SERVICE);
    if (manager == NULL)
        return EXIT_COMMAND_FAILED;
    for (bool more = true; more && status == EXIT_FINE;) {
        ENUM_SERVICE_STATUS_PROCESSA *list = malloc(room);
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        bool whole = list != NULL &&
            EnumServicesStatusExA(manager, SC_ENUM_PROCESS_INFO, filter.type, filter.state,
                (BYTE *)list, room, &needed, &count, &resume, filter.group);
        more = !whole && GetLastError() == ERROR_MORE_DATA;
        if (!whole && !more)
            status = sc_failed(sc->tool, "EnumServicesStatus");
        for (DWORD i = 0; status == EXIT_FINE && i < count; i++)
            sc_show_status(sc->tool, list[i].lpServiceName, list[i].lpDisplayName,
                &list[i].ServiceStatusProcess, process);
        free(list);
        room = needed > room ? needed : room;
    }
    return close_with(manager, status);
}

static int sc_query(const struct sc *sc)
{
    bool process = strcasecmp(sc->command, "queryex") == 0;

    if (sc->argc == 0 || strchr(sc->argv[0], '=') != NULL)
        return query_all(sc, process);
    return query_one(sc, process);
}

static int sc_qc(const struct sc *sc)
{
    SC_HANDLE service = open_service(sc, SERVICE_QUERY_CONFIG, "OpenService");
    DWORD room = 8192; /* the most there can be */
    QUERY_SERVICE_CONFIGA *config = malloc(room);
    int status = EXIT_COMMAND_FAILED;

    if (service != NULL && config != NULL) {
        if (QueryServiceConfigA(service, config, room, &room)) {
            status = sc_done(sc->tool, "QueryServiceConfig");
            sc_show_config(sc->tool, sc->argv[0], config);
        } else {
            status = sc_failed(sc->tool, "QueryServiceConfig");
        }
    }
    free(config);
    if (service != NULL)
        CloseServiceHandle(service);
    return status;
}

static int sc_qdescription(const struct sc *sc)
{
    SC_HANDLE service = open_service(sc, SERVICE_QUERY_CONFIG, "OpenService");
    DWORD room = 8192;
    SERVICE_DESCRIPTIONA *text = malloc(room);
    int status = EXIT_COMMAND_FAILED;

    if (service != NULL && text != NULL) {
        if (QueryServiceConfig2A(service, SERVICE_CONFIG_DESCRIPTION, (BYTE *)text, room, &room)) {
            status = sc_done(sc->tool, "QueryServiceConfig2");
            fprintf(sc->tool->out, "\nSERVICE_NAME: %s\nDESCRIPTION:  %s\n", sc->argv[0],
                text->lpDescription != NULL ? text->lpDescription : "");
        } else {
            status = sc_failed(sc->tool, "QueryServiceConfig2");
        }
    }
    free(text);
    if (service != NULL)
        CloseServiceHandle(service);
    return status;
}

static int sc_name(const struct sc *sc)
{
    bool display = strcasecmp(sc->command, "GetDisplayName") == 0;
    const char *call = display ? "GetServiceDisplayName" : "GetServiceKeyName";
    SC_HANDLE manager = open_manager(sc, SC_MANAGER_CONNECT);
    char name[1024];
    DWORD room = sizeof(name);

    if (manager == NULL)
        return EXIT_COMMAND_FAILED;
    bool done = display ? GetServiceDisplayNameA(manager, sc->argv[0], name, &room)
                        : GetServiceKeyNameA(manager, sc->argv[0], name, &room);
    if (!done)
        return close_with(manager, sc_failed(sc->tool, call));
    sc_done(sc->tool, call);
    fprintf(sc->tool->out, "Name = %s\n", name);
    return close_with(manager, EXIT_FINE);
}

static int sc_enumdepend(const struct sc *sc)
{
    SC_HANDLE service = open_service(sc, SERVICE_ENUMERATE_DEPENDENTS, "OpenService");
    DWORD needed = 0, count = 0;

    if (service == NULL)
        return EXIT_COMMAND_FAILED;
    bool done = EnumDependentServicesA(service, SERVICE_STATE_ALL, NULL, 0, &needed, &count);
    ENUM_SERVICE_STATUSA *list = NULL;
    if (!done && GetLastError() == ERROR_MORE_DATA && (list = malloc(needed)) != NULL)
        done = EnumDependentServicesA(service, SERVICE_STATE_ALL, list, needed, &needed, &count);
    if (done)
        fprintf(sc->tool->out, "[SC] EnumDependentServices: entriesread = %u\n", (unsigned)count);
    else
        sc_failed(sc->tool, "EnumDependentServices");
    for (DWORD i = 0; done && i < count; i++) {
        SERVICE_STATUS_PROCESS status = {0};
        memcpy(&status, &list[i].ServiceStatus, sizeof(list[i].ServiceStatus));
        sc_show_status(sc->tool, list[i].lpServiceName, list[i].lpDisplayName, &status, false);
    }
    free(list);
    return close_with(service, done ? EXIT_FINE : EXIT_COMMAND_FAILED);
}

static const struct {
    const char *name;
    int (*run)(const struct sc *);
    bool named; /* NAME must be there */
} commands[] = {
    {"create", sc_create, true},
    {"config", sc_config, true},
    {"description", sc_description, true},
    {"start", sc_start, true},
    {"stop", sc_stop, true},
    {"delete", sc_delete, true},
    {"query", sc_query, false},
    {"queryex", sc_query, false},
    {"qc", sc_qc, true},
    {"qdescription", sc_qdescription, true},
    {"GetDisplayName", sc_name, true},
    {"GetKeyName", sc_name, true},
    {"enumdepend", sc_enumdepend, true},
};

int tool_sc(struct tool *tool, int argc, char **argv)
{
    struct sc sc = {.tool = tool};
    int at = 1;

    if (at < argc && strncmp(argv[at], "\\\\", 2) == 0)
        sc.machine = argv[at++];
    if (at >= argc)
        return usage(&sc, "a command is missing: create, start, stop, delete, query, qc, ...");
    sc.command = argv[at++];
    sc.argc = argc - at;
    sc.argv = argv + at;
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcasecmp(commands[i].name, sc.command) != 0)
            continue;
        if (commands[i].named && sc.argc == 0)
            return usage(&sc, "%s needs the name of a service", commands[i].name);
        return commands[i].run(&sc);
    }
    return usage(&sc, "there is no command '%s'", sc.command);
}
