/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* dotsys imports: what driver files need of the kernel, what a Windows version lacks of it, and how
 * much of it is here. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "describe.h"
#include "instead.h"
#include "json.h"
#include "terminal.h"

#include "dotsys/dotsys.h"

const char cmd_imports_help[] =
    "Usage: dotsys imports [OPTIONS] FILE...\n"
    "\n"
    "Lists what driver binaries (x64 or x86) import, without loading them: since which Windows "
    "each function exists,\n"
    "whether the chosen Windows has it, what to use instead if it does not, and whether dotsys has "
    "it fully, partly or as\n"
    "a stub that stops the machine when it is called.\n"
    "\n"
    "Options:\n"
    "      --os VERSION  check against this Windows: win2000 xp win7 win81 win10 win11 (win10)\n"
    "      --json        print one JSON object for each file\n"
    "  -h, --help        show this\n"
    "      --version     show the version\n"
    "\n"
    "Exit status: 0 all is there, 2 usage, 3 something is missing on that Windows or a file is no "
    "driver image.\n";

enum { OPTION_OS = 256, OPTION_JSON, OPTION_VERSION };

/* What has been counted of one file. */
struct tally {
    unsigned all, full, partial, stub, missing, elsewhere;
};

struct listing {
    ULONG version;
    json_object *imports; /* NULL: text */
    char module[256];     /* the one being listed */
    struct tally tally;
};

enum presence { PRESENT, MISSING, ELSEWHERE };

static enum presence presence_of(const struct listing *listing, const LDR_IMPORT *import)
{
    if (LdrKernelModule(import->Module) == NULL)
        return ELSEWHERE;
    return import->Export != NULL && LdrExportExists(import->Export, listing->version) ? PRESENT
                                                                                       : MISSING;
}

static void count(struct tally *tally, enum presence presence, const LDR_EXPORT *export)
{
    tally->all++;
    if (presence == MISSING)
        tally->missing++;
    else if (presence == ELSEWHERE)
        tally->elsewhere++;
    else if (export->Completeness == LDR_FULL)
        tally->full++;
    else if (export->Completeness == LDR_PARTIAL)
        tally->partial++;
    else
        tally->stub++;
}

/* ---- Text ------------------------------------------------------------------------------------ */

/* What a Windows that is too old for an export has instead; NULL: nothing is known, or it is too
 * old for that, too. */
static const struct instead *find_instead(const struct listing *listing, const LDR_EXPORT *export)
{
    const struct instead *instead = export != NULL && export->Since > listing->version
        ? instead_of(export->Name)
        : NULL;

    /* That may be too new as well, and have an advice of its own. */
    while (instead != NULL && instead->earlier != NULL) {
        const LDR_EXPORT *earlier = LdrFindKernelExport(instead->earlier);
        if (earlier == NULL || LdrExportExists(earlier, listing->version))
            break;
        instead = instead_of(instead->earlier);
    }
    return instead;
}

static void text_missing(const struct listing *listing, const LDR_IMPORT *import)
{
    const LDR_EXPORT *export = import->Export;
    const struct instead *instead = find_instead(listing, export);
    char text[256];

    printf("%sMISSING%s  ", colour_on(stdout, COLOUR_BAD), colour_off(stdout));
    if (import->Name == NULL)
        printf("imported by ordinal: ordinals differ between Windows versions\n");
    else if (export == NULL)
        printf("no known Windows has it in this module\n");
    else if (export->Since > listing->version)
        printf("first in %s%s%s\n", LdrVersionName(export->Since),
            instead != NULL ? "; instead: " : "",
            instead != NULL ? instead_text(instead, text, sizeof(text)) : "");
    else
        printf("last in %s\n", LdrVersionName(export->Last));
}

static void text_present(const LDR_EXPORT *export)
{
    enum colour colour = export->Completeness == LDR_STUB ? COLOUR_WARNING : COLOUR_NONE;
    const char *last = describe_last(export);

    printf("%s%-7s%s  since %s%s%s\n", colour_on(stdout, colour), describe_support(export),
        colour != COLOUR_NONE ? colour_off(stdout) : "", LdrVersionName(export->Since),
        last ? ", last in " : "", last ? last : "");
}

static void text_import(struct listing *listing, const LDR_IMPORT *import, enum presence presence)
{
    char name[32];

    if (strcmp(listing->module, import->Module) != 0)
        printf("  %s\n", import->Module);
    snprintf(name, sizeof(name), "ordinal %u", (unsigned)import->Ordinal);
    printf("    %-44s ", import->Name != NULL ? import->Name : name);
    if (presence == PRESENT)
        text_present(import->Export);
    else if (presence == MISSING)
        text_missing(listing, import);
    else
        printf("driver   exported by another driver, which is loaded from the same folder\n");
}

static void text_tally(const struct tally *tally)
{
    printf("  %u imports: %u full, %u partial, %u stub, %u missing", tally->all, tally->full,
        tally->partial, tally->stub, tally->missing);
    if (tally->elsewhere > 0)
        printf(", %u from other drivers", tally->elsewhere);
    putchar('\n');
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void json_import(struct listing *listing, const LDR_IMPORT *import, enum presence presence)
{
    static const char *const names[] = {
        [PRESENT] = "present", [MISSING] = "missing", [ELSEWHERE] = "driver"};
    json_object *object = json_object_new_object();
    const LDR_EXPORT *export = import->Export;
    const struct instead *instead = presence == MISSING ? find_instead(listing, export) : NULL;
    char text[256];

    json_add_string(object, "module", import->Module);
    if (import->Name != NULL)
        json_add_string(object, "name", import->Name);
    else
        json_add_number(object, "ordinal", import->Ordinal);
    json_add_string(object, "presence", names[presence]);
    json_add_string(object, "support", export != NULL ? describe_support(export) : NULL);
    json_add_string(object, "since", export != NULL ? LdrVersionName(export->Since) : NULL);
    json_add_string(object, "last", export != NULL ? describe_last(export) : NULL);
    if (instead != NULL)
        json_add_string(object, "instead", instead_text(instead, text, sizeof(text)));
    json_object_array_add(listing->imports, object);
}

static void json_listing(const char *file, const struct listing *listing)
{
    const struct tally *tally = &listing->tally;
    json_object *object = json_object_new_object();

    json_add_string(object, "file", file);
    json_add_string(object, "windows", LdrVersionName(listing->version));
    json_add_number(object, "count", tally->all);
    json_add_number(object, "full", tally->full);
    json_add_number(object, "partial", tally->partial);
    json_add_number(object, "stub", tally->stub);
    json_add_number(object, "missing", tally->missing);
    json_add_number(object, "from_drivers", tally->elsewhere);
    json_object_object_add(object, "imports", listing->imports);
    json_print(object);
}

/* ---- Files ----------------------------------------------------------------------------------- */

static BOOLEAN visit(const LDR_IMPORT *import, void *context)
{
    struct listing *listing = context;
    enum presence presence = presence_of(listing, import);

    count(&listing->tally, presence, import->Export);
    if (listing->imports != NULL)
        json_import(listing, import, presence);
    else
        text_import(listing, import, presence);
    snprintf(listing->module, sizeof(listing->module), "%s", import->Module);
    return TRUE;
}

/* Lists one file; the exit status it deserves. */
static int list_file(const char *file, ULONG version, bool json)
{
    struct listing listing = {.version = version, .imports = json ? json_object_new_array() : NULL};
    LDR_ERROR error = {0};

    if (!json)
        printf("%s, on %s\n", file, LdrVersionName(version));
    NTSTATUS status = LdrListImports(file, visit, &listing, &error);
    if (!NT_SUCCESS(status)) {
        const char *name = dotsys_status_name(status);
        fflush(stdout);
        fprintf(stderr, "dotsys imports: %s: %s (%s, error %u)\n", file, error.Text,
            name != NULL ? name : "?", (unsigned)dotsys_status_win32(status));
        json_object_put(listing.imports);
        return EXIT_NOT_LOADED;
    }
    if (json)
        json_listing(file, &listing);
    else
        text_tally(&listing.tally);
    return listing.tally.missing > 0 ? EXIT_NOT_LOADED : EXIT_FINE;
}

int cmd_imports(int argc, char **argv)
{
    static const struct option options[] = {
        {"os", required_argument, NULL, OPTION_OS},
        {"json", no_argument, NULL, OPTION_JSON},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, OPTION_VERSION},
        {0},
    };
    int os = cli_find_os("imports", "win10"), option, status = EXIT_FINE;
    bool json = false;

    while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
        switch (option) {
        case OPTION_OS:
            os = cli_find_os("imports", optarg);
            if (os < 0)
                return EXIT_USAGE;
            break;
        case OPTION_JSON:
            json = true;
            break;
        case 'h':
            return cli_help("imports");
        case OPTION_VERSION:
            return cli_version();
        case ':':
            return cli_usage("imports", "%s wants an argument", argv[optind - 1]);
        default:
            return cli_usage("imports", "unknown option '%s'", argv[optind - 1]);
        }
    }
    if (optind == argc)
        return cli_usage("imports", "no file is given");
    LdrTargetVersion = describe_os_version(os);
    for (; optind < argc; optind++) {
        int one = list_file(argv[optind], LdrTargetVersion, json);
        status = one > status ? one : status;
    }
    return status;
}
