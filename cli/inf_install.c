/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What an INF file installs: its class, for each model the files, services and registry values of
 * its DDInstall sections, and which driver goes with which hardware identifier. The first model the
 * root bus could have becomes a device of it; the others are found by CriticalDeviceDatabase when a
 * bus driver reports them. A file with DefaultInstall sections has no models.
 */
#include "inf.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "inf_registry.h"
#include "regwrite.h"

#define CONTROL "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\"
#define SERVICES "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\"
#define ENUM "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Enum\\"
#define NAME_BYTES 300

enum { REG_SZ = 1, REG_EXPAND_SZ = 2 };
enum { ASSOCIATED_SERVICE = 2 };

static bool fail(struct installer *installer, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static bool fail(struct installer *installer, unsigned line, const char *format, ...)
{
    va_list arguments;

    installer->error->line = line;
    va_start(arguments, format);
    vsnprintf(installer->error->text, sizeof(installer->error->text), format, arguments);
    va_end(arguments);
    return false;
}

/* ---- decorated sections ---------------------------------------------------------------------- */

/* How well "NT[arch][.major[.minor…]]" fits; 0: not at all. */
static unsigned decoration_rank(const struct inf_target *target, const char *decoration)
{
    unsigned rank = 1, major, minor;

    if (strncasecmp(decoration, "NT", 2) != 0)
        return 0;
    decoration += 2;
    if (*decoration != '\0' && *decoration != '.') {
        size_t length = strcspn(decoration, ".");
        if (length != strlen(target->architecture) ||
            strncasecmp(decoration, target->architecture, length) != 0)
            return 0;
        rank += 1000000;
        decoration += length;
    }
    if (*decoration == '\0')
        return rank;
    major = (unsigned)strtoul(decoration + 1, NULL, 10);
    const char *dot = strchr(decoration + 1, '.');
    minor = dot != NULL ? (unsigned)strtoul(dot + 1, NULL, 10) : 0;
    if (major > target->major || (major == target->major && minor > target->minor) || major > 100 ||
        minor > 100)
        return 0;
    return rank + major * 101 + minor + 1;
}

/* The install section NAME with the decoration that fits best, then NAME itself. NULL: none. */
static const struct inf_section *find_decorated(const struct installer *installer, const char *name)
{
    char text[NAME_BYTES];

    for (size_t i = 0; i < 3; i++) {
        snprintf(text, sizeof(text), "%s%s%s", name, i < 2 ? ".NT" : "",
            i == 0 ? installer->target->architecture : "");
        const struct inf_section *section = inf_section(installer->inf, text);
        if (section != NULL)
            return section;
    }
    return NULL;
}

static const struct inf_section *find_below(
    const struct installer *installer, const struct inf_section *section, const char *what)
{
    char text[NAME_BYTES];

    snprintf(text, sizeof(text), "%s.%s", section->name, what);
    return inf_section(installer->inf, text);
}

/* The models a line of [Manufacturer] names: "models[, decoration]…". */
static const struct inf_section *find_models(
    const struct installer *installer, const struct inf_line *line)
{
    unsigned best = 0;
    char text[NAME_BYTES];
    const struct inf_section *found = NULL;

    for (size_t i = 1; i < line->count; i++) {
        unsigned rank = decoration_rank(installer->target, line->value[i]);
        snprintf(text, sizeof(text), "%s.%s", line->value[0], line->value[i]);
        if (rank > best && inf_section(installer->inf, text) != NULL) {
            best = rank;
            found = inf_section(installer->inf, text);
        }
    }
    return found != NULL ? found : inf_section(installer->inf, inf_value(line, 0));
}

/* ---- files ----------------------------------------------------------------------------------- */

/* In which folder beside the INF file a file is. */
static void source_folder(
    const struct installer *installer, const char *name, char *folder, size_t size)
{
    char text[64];
    const char *disk_path = "", *below = "";

    for (size_t i = 0; i < 2; i++) {
        snprintf(text, sizeof(text), "%s%s%s", "SourceDisksFiles", i == 0 ? "." : "",
            i == 0 ? installer->target->architecture : "");
        const struct inf_line *line = inf_line(inf_section(installer->inf, text), name);
        if (line == NULL)
            continue;
        below = inf_value(line, 1);
        for (size_t j = 0; j < 2 && *disk_path == '\0'; j++) {
            snprintf(text, sizeof(text), "%s%s%s", "SourceDisksNames", j == 0 ? "." : "",
                j == 0 ? installer->target->architecture : "");
            disk_path = inf_value(
                inf_line(inf_section(installer->inf, text), inf_value(line, 0)), 3);
        }
        break;
    }
    while (*disk_path == '\\')
        disk_path++;
    while (*below == '\\')
        below++;
    snprintf(
        folder, size, "%s%s%s", disk_path, *disk_path != '\0' && *below != '\0' ? "\\" : "", below);
    for (char *at = folder; *at != '\0'; at++) {
        if (*at == '\\')
            *at = '/';
    }
}

static const char *folder_path(const char *number)
{
    static const struct {
        const char *number, *path;
    } folders[] = {{"10", "C:\\Windows"}, {"11", "C:\\Windows\\System32"},
        {"12", "C:\\Windows\\System32\\drivers"},
        {"13", "C:\\Windows\\System32\\DriverStore\\FileRepository"}, {"17", "C:\\Windows\\INF"},
        {"18", "C:\\Windows\\Help"}, {"20", "C:\\Windows\\Fonts"}, {"24", "C:"}, {"30", "C:"},
        {"50", "C:\\Windows\\System"}, {"51", "C:\\Windows\\System32\\spool"}, {"54", "C:"},
        {"16422", "C:\\Program Files"}, {"16427", "C:\\Program Files\\Common Files"}};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        if (strcmp(folders[i].number, number) == 0)
            return folders[i].path;
    }
    return NULL;
}

/* "%12%\foo.sys" to a path. False: the folder is not known. */
static bool expand_folder(const char *text, char *path, size_t size)
{
    const char *end = text[0] == '%' ? strchr(text + 1, '%') : NULL;
    char number[16];

    if (end == NULL || (size_t)(end - text) > sizeof(number)) {
        snprintf(path, size, "%s", text);
        return text[0] != '%';
    }
    snprintf(number, sizeof(number), "%.*s", (int)(end - text - 1), text + 1);
    const char *folder = folder_path(number);
    if (folder == NULL)
        return false;
    snprintf(path, size, "%s%s", folder, end + 1);
    return true;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '\\');

    return slash != NULL ? slash + 1 : path;
}

static bool copy_one(struct installer *installer, unsigned line, const char *section,
    const char *to, const char *from)
{
    const struct inf_section *destinations = inf_section(installer->inf, "DestinationDirs");
    const struct inf_line *place = inf_line(destinations, section);
    char folder[NAME_BYTES], path[2 * NAME_BYTES];

    if (place == NULL)
        place = inf_line(destinations, "DefaultDestDir");
    const char *root = folder_path(place != NULL ? inf_value(place, 0) : "12");
    if (root == NULL)
        return fail(installer, place->line, "the folder %s is not known here", inf_value(place, 0));
    if (*to == '\0' || strpbrk(to, "/:") != NULL || strstr(to, "..") != NULL ||
        strlen(to) >= NAME_BYTES)
        return fail(installer, line, "'%.80s' is no name of a file", to);
    if (*from == '\0')
        from = to;
    source_folder(installer, from, folder, sizeof(folder));
    const char *below = inf_value(place, 1);
    snprintf(path, sizeof(path), "%s%s%s\\%s", root, *below != '\0' ? "\\" : "", below, to);
    if (strstr(path, "..") != NULL)
        return fail(installer, line, "a file is not copied above its folder");
    return installer->target->copy(installer->target->context, from, folder, path);
}

static bool copy_files(struct installer *installer, const struct inf_line *line)
{
    for (size_t i = 0; i < line->count; i++) {
        const char *name = line->value[i];
        if (*name == '\0')
            continue;
        if (*name == '@') {
            if (!copy_one(installer, line->line, "", name + 1, ""))
                return false;
            continue;
        }
        const struct inf_section *section = inf_section(installer->inf, name);
        if (section == NULL)
            return fail(installer, line->line, "there is no section [%.80s]", name);
        for (size_t f = 0; f < section->count; f++) {
            if (!copy_one(installer, section->lines[f].line, name, inf_value(&section->lines[f], 0),
                    inf_value(&section->lines[f], 1)))
                return false;
        }
    }
    return true;
}

/* ---- services -------------------------------------------------------------------------------- */

static bool service_number(struct installer *installer, const struct inf_section *section,
    const char *key, unsigned long limit, unsigned long *number)
{
    const struct inf_line *line = inf_line(section, key);
    char *end;

    if (line == NULL)
        return fail(installer, section->line, "[%.80s] has no %s", section->name, key);
    *number = strtoul(inf_value(line, 0), &end, 0);
    return (*end == '\0' && end != inf_value(line, 0) && *number <= limit) ||
           fail(installer, line->line, "%s is no number from 0 to %lu", key, limit);
}

static void optional_text(struct installer *installer, const struct inf_section *section,
    const char *key, const char *value)
{
    const struct inf_line *line = inf_line(section, key);

    if (line != NULL)
        regwrite_text(installer->target->registry, value, REG_SZ, inf_value(line, 0));
}

/* As Windows writes it for what is in its own folder. */
static void image_path(const char *path, char *text, size_t size)
{
    if (strncasecmp(path, "C:\\Windows\\", 11) == 0)
        snprintf(text, size, "\\SystemRoot\\%s", path + 11);
    else
        snprintf(text, size, "\\??\\%s", path);
}

static bool is_service_name(const char *name)
{
    return *name != '\0' && strlen(name) <= 200 && strpbrk(name, "\\/[]\r\n") == NULL;
}

static bool write_service(
    struct installer *installer, const char *name, const struct inf_section *section)
{
    unsigned long type, start, control;
    char path[2 * NAME_BYTES], image[2 * NAME_BYTES + 16], folder[NAME_BYTES], key[NAME_BYTES + 80];
    const struct inf_line *binary = inf_line(section, "ServiceBinary"),
                          *depends = inf_line(section, "Dependencies");
    FILE *file = installer->target->registry;

    if (!service_number(installer, section, "ServiceType", 0xFFFF, &type) ||
        !service_number(installer, section, "StartType", 4, &start) ||
        !service_number(installer, section, "ErrorControl", 3, &control))
        return false;
    if (binary == NULL || strlen(inf_value(binary, 0)) >= NAME_BYTES ||
        !expand_folder(inf_value(binary, 0), path, sizeof(path)))
        return fail(installer, binary != NULL ? binary->line : section->line,
            "ServiceBinary must be a path like %%12%%\\foo.sys");
    if (file != NULL) {
        image_path(path, image, sizeof(image));
        regwrite_key(file, SERVICES "%s", name);
        regwrite_number(file, "Type", (uint32_t)type);
        regwrite_number(file, "Start", (uint32_t)start);
        regwrite_number(file, "ErrorControl", (uint32_t)control);
        regwrite_text(file, "ImagePath", REG_EXPAND_SZ, image);
        optional_text(installer, section, "DisplayName", "DisplayName");
        optional_text(installer, section, "Description", "Description");
        optional_text(installer, section, "LoadOrderGroup", "Group");
        if (depends != NULL)
            regwrite_list(
                file, "DependOnService", (const char *const *)depends->value, depends->count);
    }
    snprintf(key, sizeof(key), SERVICES "%s", name);
    if (!inf_change_registry(installer, section, &(struct inf_relative){key, false}))
        return false;
    if ((type & 0xF) == 0 || (type & 0x30) != 0)
        return true; /* a program's */
    source_folder(installer, last_part(path), folder, sizeof(folder));
    return installer->target->service(installer->target->context, name, last_part(path), folder);
}

/* "DelService = name": its key goes, with all its drivers keep there. */
static bool delete_services(struct installer *installer, const struct inf_section *services)
{
    char key[NAME_BYTES + 80];

    for (size_t i = 0; services != NULL && i < services->count; i++) {
        const struct inf_line *line = &services->lines[i];
        if (line->key == NULL || strcasecmp(line->key, "DelService") != 0)
            continue;
        if (!is_service_name(inf_value(line, 0)))
            return fail(installer, line->line, "'%.80s' is no service's name", inf_value(line, 0));
        snprintf(key, sizeof(key), SERVICES "%s", inf_value(line, 0));
        inf_forget_value(installer, key, NULL);
        if (installer->target->registry != NULL)
            regwrite_no_key(installer->target->registry, key);
    }
    return true;
}

/* Those that go first. Function: receives the name of the device's function driver. */
static bool add_services(
    struct installer *installer, const struct inf_section *services, const char **function)
{
    if (!delete_services(installer, services))
        return false;
    for (size_t i = 0; services != NULL && i < services->count; i++) {
        const struct inf_line *line = &services->lines[i];
        if (line->key == NULL || strcasecmp(line->key, "AddService") != 0)
            continue;
        const char *name = inf_value(line, 0), *flags = inf_value(line, 1);
        if ((strtoul(flags, NULL, 0) & ASSOCIATED_SERVICE) && *name != '\0')
            *function = name;
        if (*name == '\0')
            continue; /* a device without a driver */
        if (!is_service_name(name))
            return fail(installer, line->line, "'%.80s' is no service's name", name);
        const struct inf_section *section = inf_section(installer->inf, inf_value(line, 2));
        if (section == NULL)
            return fail(installer, line->line, "there is no section [%.80s] for the service %.80s",
                inf_value(line, 2), name);
        if (!write_service(installer, name, section))
            return false;
    }
    return true;
}

/* ---- models ---------------------------------------------------------------------------------- */

/* What a DDInstall section and those it needs say; driver: the key of what is HKR in them. */
static bool install_section(struct installer *installer, const struct inf_section *section,
    const char *driver, unsigned depth)
{
    for (size_t i = 0; i < section->count; i++) {
        const struct inf_line *line = &section->lines[i];
        if (line->key == NULL)
            continue;
        if (strcasecmp(line->key, "CopyFiles") == 0 && !copy_files(installer, line))
            return false;
        if (strcasecmp(line->key, "Needs") != 0)
            continue;
        for (size_t v = 0; v < line->count; v++) {
            /* Those of Windows' own files are not there. */
            const struct inf_section *needed = inf_section(installer->inf, line->value[v]);
            if (depth == 8)
                return fail(installer, line->line, "sections need one another without end");
            if (needed != NULL && !install_section(installer, needed, driver, depth + 1))
                return false;
        }
    }
    return inf_change_registry(installer, section, &(struct inf_relative){driver, false});
}

static bool is_identifier(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at <= ' ' || *at > '~' || *at == ']')
            return false;
    }
    return *text != '\0' && strlen(text) < 200;
}

struct model {
    const struct inf_line *line;
    const struct inf_section *section;
    const char *maker, *function;
    char driver[NAME_BYTES]; /* "{…}\0000" */
};

static void write_device(struct installer *installer, const struct model *model)
{
    FILE *file = installer->target->registry;

    if (model->function != NULL)
        regwrite_text(file, "Service", REG_SZ, model->function);
    if (*installer->class_guid != '\0')
        regwrite_text(file, "ClassGUID", REG_SZ, installer->class_guid);
    if (model->line->key != NULL)
        regwrite_text(file, "DeviceDesc", REG_SZ, model->line->key);
    regwrite_text(file, "Mfg", REG_SZ, model->maker);
    if (*installer->class_name != '\0')
        regwrite_text(file, "Class", REG_SZ, installer->class_name);
    if (*model->driver != '\0')
        regwrite_text(file, "Driver", REG_SZ, model->driver);
}

static bool write_match(struct installer *installer, const struct model *model, const char *id)
{
    char name[NAME_BYTES], key[2 * NAME_BYTES];
    const struct inf_section *hardware = find_below(installer, model->section, "HW");

    snprintf(name, sizeof(name), "%s", id);
    for (char *at = name; *at != '\0'; at++) {
        if (*at == '\\')
            *at = '#';
    }
    snprintf(key, sizeof(key), CONTROL "CriticalDeviceDatabase\\%s", name);
    if (installer->target->registry != NULL) {
        regwrite_key(installer->target->registry, "%s", key);
        write_device(installer, model);
    }
    return hardware == NULL ||
        inf_change_registry(installer, hardware, &(struct inf_relative){key, true});
}

/* ROOT\NAME\0000 for the hardware identifier ROOT\NAME. */
static bool write_root(struct installer *installer, const struct model *model, const char *id)
{
    char name[NAME_BYTES], key[2 * NAME_BYTES];
    const struct inf_section *hardware = find_below(installer, model->section, "HW");
    FILE *file = installer->target->registry;

    snprintf(name, sizeof(name), "%s", id + 5);
    for (char *at = name; *at != '\0'; at++) {
        if (*at == '\\' || *at == '/')
            *at = '_';
    }
    snprintf(key, sizeof(key), ENUM "ROOT\\%s\\0000", name);
    if (file != NULL) {
        regwrite_key(file, "%s", key);
        regwrite_list(file, "HardwareID", &id, 1);
        if (model->line->count > 2)
            regwrite_list(file, "CompatibleIDs", (const char *const *)model->line->value + 2,
                model->line->count - 2);
        write_device(installer, model);
    }
    return hardware == NULL ||
        inf_change_registry(installer, hardware, &(struct inf_relative){key, true});
}

static void write_driver(struct installer *installer, const struct model *model, const char *key)
{
    const struct inf_line *version = inf_line(inf_section(installer->inf, "Version"), "DriverVer");
    FILE *file = installer->target->registry;

    if (file == NULL || *key == '\0')
        return;
    regwrite_key(file, "%s", key);
    regwrite_text(file, "DriverDesc", REG_SZ, model->line->key != NULL ? model->line->key : "");
    regwrite_text(file, "ProviderName", REG_SZ,
        inf_value(inf_line(inf_section(installer->inf, "Version"), "Provider"), 0));
    regwrite_text(file, "InfSection", REG_SZ, inf_value(model->line, 0));
    regwrite_text(file, "MatchingDeviceId", REG_SZ, inf_value(model->line, 1));
    if (version != NULL) {
        regwrite_text(file, "DriverDate", REG_SZ, inf_value(version, 0));
        regwrite_text(file, "DriverVersion", REG_SZ, inf_value(version, 1));
    }
}

static bool install_model(
    struct installer *installer, const char *maker, const struct inf_line *line)
{
    struct model model = {.line = line, .maker = maker};
    char key[2 * NAME_BYTES] = "";

    if (line->key == NULL || line->count < 2)
        return fail(installer, line->line,
            "a model is a description, '=', an install section and a hardware identifier");
    model.section = find_decorated(installer, line->value[0]);
    if (model.section == NULL)
        return fail(installer, line->line, "there is no section [%.80s], with or without .NT%s",
            line->value[0], installer->target->architecture);
    for (size_t i = 1; i < line->count; i++) {
        if (*line->value[i] != '\0' && !is_identifier(line->value[i]))
            return fail(
                installer, line->line, "'%.80s' is no identifier of hardware", line->value[i]);
    }
    if (*installer->class_guid != '\0') {
        snprintf(model.driver, sizeof(model.driver), "%s\\%04u", installer->class_guid,
            installer->models++);
        snprintf(key, sizeof(key), CONTROL "Class\\%s", model.driver);
    }
    write_driver(installer, &model, key);
    if (!install_section(installer, model.section, key, 0) ||
        !add_services(installer, find_below(installer, model.section, "Services"), &model.function))
        return false;
    for (size_t i = 1; i < line->count; i++) {
        const char *id = line->value[i];
        bool root = i == 1 && strncasecmp(id, "ROOT\\", 5) == 0 && id[5] != '\0' &&
            !installer->root;
        if (*id == '\0')
            continue;
        if (!(root ? write_root : write_match)(installer, &model, id))
            return false;
        installer->root |= root;
    }
    return true;
}

static bool install_makers(struct installer *installer, const struct inf_section *makers)
{
    for (size_t i = 0; i < makers->count; i++) {
        const struct inf_line *line = &makers->lines[i];
        const struct inf_section *models = find_models(installer, line);
        if (models == NULL)
            continue; /* they are for another architecture or Windows */
        installer->found = true;
        for (size_t m = 0; m < models->count; m++) {
            if (!install_model(installer, line->key != NULL ? line->key : "", &models->lines[m]))
                return false;
        }
    }
    return true;
}

static bool install_default(struct installer *installer, const struct inf_section *section)
{
    const char *function = NULL;

    installer->found = true;
    return install_section(installer, section, "", 0) &&
           add_services(installer, find_below(installer, section, "Services"), &function);
}

/* ---- all of it ------------------------------------------------------------------------------- */

static bool is_guid(const char *text)
{
    static const char form[] = "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";

    for (size_t i = 0; i < sizeof(form); i++) {
        if (form[i] == 'x' ? !isxdigit((unsigned char)text[i]) : text[i] != form[i])
            return false;
    }
    return true;
}

static bool read_version(struct installer *installer)
{
    const struct inf_section *version = inf_section(installer->inf, "Version");
    const struct inf_line *signature = inf_line(version, "Signature"),
                          *guid = inf_line(version, "ClassGuid");

    if (version == NULL)
        return fail(installer, 0, "there is no section [Version]: this is no INF file");
    if (strcasecmp(inf_value(signature, 0), "$Windows NT$") != 0 &&
        strcasecmp(inf_value(signature, 0), "$Chicago$") != 0)
        return fail(installer, signature != NULL ? signature->line : version->line,
            "Signature must be \"$Windows NT$\" or \"$Chicago$\"");
    installer->class_name = inf_value(inf_line(version, "Class"), 0);
    installer->class_guid = inf_value(guid, 0);
    if (guid != NULL && !is_guid(installer->class_guid))
        return fail(installer, guid->line, "ClassGuid is no GUID");
    return true;
}

static bool install_class(struct installer *installer)
{
    const struct inf_section *section = find_decorated(installer, "ClassInstall32");
    char key[NAME_BYTES];

    if (*installer->class_guid == '\0')
        return true;
    snprintf(key, sizeof(key), CONTROL "Class\\%s", installer->class_guid);
    if (installer->target->registry != NULL) {
        regwrite_key(installer->target->registry, "%s", key);
        if (*installer->class_name != '\0')
            regwrite_text(installer->target->registry, "Class", REG_SZ, installer->class_name);
    }
    return section == NULL ||
        inf_change_registry(installer, section, &(struct inf_relative){key, false});
}

bool inf_install(const struct inf *inf, const struct inf_target *target, struct inf_error *error)
{
    struct installer installer = {.inf = inf, .target = target, .error = error};
    const struct inf_section *makers = inf_section(inf, "Manufacturer");
    const struct inf_section *plain = find_decorated(&installer, "DefaultInstall");

    error->line = 0;
    error->text[0] = '\0';
    bool good = read_version(&installer) && install_class(&installer) &&
        (makers == NULL || install_makers(&installer, makers)) &&
        (installer.found || plain == NULL || install_default(&installer, plain));
    inf_forget_known(&installer);
    return good &&
        (installer.found ||
            fail(&installer, makers != NULL ? makers->line : 0,
                "there is nothing in it for %s and Windows %u.%u", target->architecture,
                target->major, target->minor));
}
