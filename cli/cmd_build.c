/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* dotsys build: builds a tree of dirs and sources files as the DDK's build.exe did, with
 * mingw-w64. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "ddk.h"

const char cmd_build_help[] =
    "Usage: dotsys build [OPTIONS] [DIR [OPTIONAL-DIR...]]\n"
    "\n"
    "Builds a classic DDK project, a tree of 'dirs' and 'sources' files, with mingw-w64: drivers, "
    "libraries and "
    "programs.\n"
    "DIR is where it begins (the current folder); folders named after it are built too if an "
    "OPTIONAL_DIRS has "
    "them.\n"
    "Only what changed is built again. What is said is also in DIR/build<chk|fre>_<os>_<arch>.log, "
    ".wrn and .err.\n"
    "\n"
    "Options:\n"
    "      --env ENV         chk: checked, DBG=1, not optimised, with DWARF (the default); fre: "
    "free, no symbols\n"
    "      --arch ARCH       x64 (the default) or x86\n"
    "      --target VERSION  the oldest Windows it is to run on: win2000 xp win2003 vista win7 "
    "win8 win81 win10 "
    "(win10)\n"
    "  -j, --jobs N          run N compilers at a time (one for each processor); also -M\n"
    "  -c                    remove what was built before, and build all\n"
    "  -f                    build all\n"
    "  -z                    do not look whether headers changed\n"
    "  -g                    colours, even if standard error is no terminal\n"
    "  -e, -w                what is always done here: write logs, show warnings\n"
    "  -h, --help            show this\n"
    "      --version         show the version\n"
    "\n"
    "Exit status: 0 all is built, 1 something is not, 2 usage.\n";

enum {
    OPTION_ENV = 256,
    OPTION_ARCH,
    OPTION_TARGET,
    OPTION_VERSION
};
enum {
    MOST_JOBS = 256
};

struct request {
    const char *folder;
    const char *environment, *arch, *target;
    unsigned jobs;
    bool clean, force, trust, colour;
    char **optional;
    int optional_count;
};

/* ---- The command line ------------------------------------------------------------------------ */

static int read_jobs(struct request *request, const char *text)
{
    char *end;
    unsigned long jobs = strtoul(text, &end, 10);

    if (*text == '\0' || *end != '\0' || jobs == 0 || jobs > MOST_JOBS)
        return cli_usage("build", "'%s' is no number of jobs from 1 to %d", text, MOST_JOBS);
    request->jobs = (unsigned)jobs;
    return EXIT_FINE;
}

static int set_environment(struct ddk_build *build, const struct request *request)
{
    build->checked = strcmp(request->environment, "chk") == 0;
    if (!build->checked && strcmp(request->environment, "fre") != 0)
        return cli_usage("build", "--env '%s' is neither chk nor fre", request->environment);
    build->machine = &ddk_machines[strcmp(request->arch, "x86") == 0];
    if (strcmp(request->arch, build->machine->name) != 0)
        return cli_usage("build", "--arch '%s' is neither x86 nor x64", request->arch);
    for (size_t i = 0; i < ddk_version_count; i++) {
        if (strcmp(ddk_versions[i].name, request->target) == 0)
            build->version = &ddk_versions[i];
    }
    if (build->version == NULL)
        return cli_usage("build",
            "--target '%s' is none of win2000, xp, win2003, vista, win7, win8, win81, win10",
            request->target);
    if (build->machine->wide && build->version->number == 0x0500)
        return cli_usage(
            "build", "there is no Windows 2000 for x64: give --arch x86, or a later --target");
    if (build->machine->wide && build->version->number == 0x0501)
        build->version = ddk_find_version(0x0502); /* Windows XP for x64 is that one */
    return EXIT_FINE;
}

/* ---- The build ------------------------------------------------------------------------------- */

static const char *counted(unsigned count, const char *one, const char *many)
{
    return ddk_format("%u %s", count, count == 1 ? one : many);
}

static void summarize(struct ddk_build *build)
{
    const struct ddk_log *log = &build->log;
    struct ddk_buffer line = {0};
    const char *files = counted(log->compiled, "file compiled", "files compiled");

    ddk_append(&line, files, strlen(files));
    if (log->warnings > 0) {
        const char *text = ddk_format(" - %s", counted(log->warnings, "Warning", "Warnings"));
        ddk_append(&line, text, strlen(text));
    }
    if (log->errors > 0) {
        const char *text = ddk_format(" - %s", counted(log->errors, "Error", "Errors"));
        ddk_append(&line, text, strlen(text));
    }
    ddk_say(build, "BUILD: Done\n\n    %s", line.text);
    if (log->libraries > 0)
        ddk_say(build, "    %s", counted(log->libraries, "library built", "libraries built"));
    if (log->executables > 0)
        ddk_say(
            build, "    %s", counted(log->executables, "executable built", "executables built"));
}

static void record_time(struct ddk_build *build, const char *what)
{
    time_t now = time(NULL);
    char text[64] = "";
    struct tm parts;

    if (localtime_r(&now, &parts) != NULL)
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &parts);
    ddk_record(build, ddk_format("BUILD: %s time: %s", what, text));
}

static void build_all(struct ddk_build *build)
{
    struct ddk_job **jobs;
    size_t count = 0;

    ddk_say(build, "BUILD: Compile and Link for %s", build->machine->wide ? "AMD64" : "x86");
    record_time(build, "Start");
    ddk_load(build, build->top);
    for (struct ddk_project *project = build->projects; project != NULL; project = project->next) {
        if (build->clean)
            ddk_clean(project);
        if (!project->failed)
            ddk_prepare(build, project);
        count += project->job_count;
    }
    jobs = ddk_alloc((count + 1) * sizeof(struct ddk_job *));
    count = 0;
    for (struct ddk_project *project = build->projects; project != NULL; project = project->next) {
        for (size_t i = 0; i < project->job_count; i++)
            jobs[count++] = project->jobs[i];
    }
    ddk_run(build, jobs, count);
    ddk_link(build);
    record_time(build, "Finish");
    summarize(build);
}

static int start(struct ddk_build *build, const struct request *request)
{
    char *here = getcwd(NULL, 0);
    int status = set_environment(build, request);

    build->log.here = here != NULL ? ddk_copy(here, strlen(here)) : "/";
    free(here);
    if (status != EXIT_FINE)
        return status;
    setenv("LC_ALL", "C", 1); /* what compilers say is looked through */
    build->top = ddk_absolute(build->log.here, request->folder);
    if (!ddk_is_folder(build->top))
        return cli_usage("build", "'%s' is no folder", request->folder);
    build->alt = ddk_format(
        "%s_%s_%s", build->checked ? "chk" : "fre", build->version->alt, build->machine->alt);
    build->jobs = request->jobs;
    build->clean = request->clean;
    build->force = request->force || request->clean;
    build->trust = request->trust;
    build->log.colour = request->colour;
    build->end = &build->projects;
    for (int i = 0; i < request->optional_count; i++)
        ddk_add(&build->optional, request->optional[i]);
    if (!ddk_find_tools(build) || !ddk_log_open(build))
        return EXIT_COMMAND_FAILED;
    build_all(build);
    return build->log.errors > 0 ? EXIT_COMMAND_FAILED : EXIT_FINE;
}

static int run(const struct request *request)
{
    static struct ddk_build build; /* not of this frame: it is read after a longjmp */
    jmp_buf out_of_memory;
    int status;

    memset(&build, 0, sizeof(build));
    if (setjmp(out_of_memory) == 0) {
        ddk_memory_begin(&out_of_memory);
        status = start(&build, request);
    } else {
        fprintf(stderr, "dotsys build: out of memory\n");
        status = EXIT_COMMAND_FAILED;
    }
    ddk_log_close(&build);
    ddk_memory_end();
    return status;
}

int cmd_build(int argc, char **argv)
{
    static const struct option options[] = {
        {"env", required_argument, NULL, OPTION_ENV},
        {"arch", required_argument, NULL, OPTION_ARCH},
        {"target", required_argument, NULL, OPTION_TARGET},
        {"jobs", required_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, OPTION_VERSION},
        {0},
    };
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    struct request request = {
        .folder = ".", .environment = "chk", .arch = "x64", .target = "win10"};
    int option;

    request.jobs = processors < 1 ? 1 : processors > MOST_JOBS ? MOST_JOBS
                                                               : (unsigned)processors;
    while ((option = getopt_long(argc, argv, ":cefgzwj:M:h", options, NULL)) != -1) {
        switch (option) {
        case OPTION_ENV:
            request.environment = optarg;
            break;
        case OPTION_ARCH:
            request.arch = optarg;
            break;
        case OPTION_TARGET:
            request.target = optarg;
            break;
        case 'j':
        case 'M':
            if (read_jobs(&request, optarg) != EXIT_FINE)
                return EXIT_USAGE;
            break;
        case 'c':
            request.clean = true;
            break;
        case 'f':
            request.force = true;
            break;
        case 'z':
            request.trust = true;
            break;
        case 'g':
            request.colour = true;
            break;
        case 'e':
        case 'w':
            break;
        case 'h':
            return cli_help("build");
        case OPTION_VERSION:
            return cli_version();
        case ':':
            return cli_usage("build", "%s wants an argument", argv[optind - 1]);
        default:
            return optopt != 0 ? cli_usage("build", "unknown option '-%c'", optopt)
                               : cli_usage("build", "unknown option '%s'", argv[optind - 1]);
        }
    }
    if (optind < argc)
        request.folder = argv[optind++];
    request.optional = argv + optind;
    request.optional_count = argc - optind;
    return run(&request);
}
