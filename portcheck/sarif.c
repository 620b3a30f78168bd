/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Findings as a SARIF 2.1.0 log, which code hosts and editors show. Columns count characters
 * there. */
#include "portcheck.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"

static json_object *message(const char *text)
{
    json_object *object = json_object_new_object();

    json_add_text(object, "text", text, strlen(text));
    return object;
}

/* A path as a reference relative to the folder the command ran in, or file: if it is absolute. */
static char *uri_of(const char *path)
{
    struct pc_text text = {0};

    pc_add(&text, "%s", path[0] == '/' ? "file://" : "");
    if (strncmp(path, "./", 2) == 0)
        path += 2;
    for (; *path != '\0'; path++) {
        bool plain = (*path >= 'a' && *path <= 'z') || (*path >= 'A' && *path <= 'Z') ||
            (*path >= '0' && *path <= '9') || strchr("/-._~", *path) != NULL;
        pc_add(&text, plain ? "%c" : "%%%02X", (unsigned char)*path);
    }
    return text.bytes;
}

static json_object *artifact(const char *path)
{
    json_object *object = json_object_new_object();
    char *uri = uri_of(path);

    json_add_string(object, "uri", uri);
    free(uri);
    return object;
}

/* The column in characters of a column in bytes. */
static unsigned characters(const char *line, unsigned column)
{
    unsigned count = 1;

    for (unsigned i = 0; line != NULL && i + 1 < column && line[i] != '\0'; i++)
        count += ((unsigned char)line[i] & 0xC0) != 0x80;
    return line != NULL ? count : column;
}

static json_object *location(const struct pc_finding *finding)
{
    json_object *region = json_object_new_object(), *physical = json_object_new_object(),
                *object = json_object_new_object();

    json_add_number(region, "startLine", finding->place.line);
    json_add_number(region, "startColumn", characters(finding->source, finding->place.column));
    json_add_number(region, "endColumn", characters(finding->source, finding->place.end_column));
    if (finding->source != NULL)
        json_object_object_add(region, "snippet", message(finding->source));
    json_object_object_add(physical, "artifactLocation", artifact(finding->place.file));
    json_object_object_add(physical, "region", region);
    json_object_object_add(object, "physicalLocation", physical);
    return object;
}

static json_object *result(const struct pc_findings *findings, const struct pc_finding *finding)
{
    json_object *object = json_object_new_object(), *locations = json_object_new_array();
    char *text = pc_format("%s\nHelp: %s%s%s", finding->message, finding->help,
        finding->detail != NULL ? "\n" : "", finding->detail != NULL ? finding->detail : "");

    json_add_string(object, "ruleId", finding->rule->code);
    json_add_number(object, "ruleIndex", finding->rule - pc_rules);
    json_add_string(object, "level", pc_is_note(findings, finding) ? "note" : "warning");
    json_object_object_add(object, "message", message(text));
    json_object_array_add(locations, location(finding));
    json_object_object_add(object, "locations", locations);
    free(text);
    return object;
}

static json_object *rules(void)
{
    json_object *array = json_object_new_array();

    for (size_t i = 0; i < pc_rule_count; i++) {
        json_object *object = json_object_new_object(), *configuration = json_object_new_object();
        json_add_string(object, "id", pc_rules[i].code);
        json_add_string(object, "name", pc_rules[i].name);
        json_object_object_add(object, "shortDescription", message(pc_rules[i].summary));
        json_object_object_add(object, "help", message(pc_rules[i].help));
        json_add_string(configuration, "level", pc_rules[i].is_note ? "note" : "warning");
        json_object_object_add(object, "defaultConfiguration", configuration);
        json_object_array_add(array, object);
    }
    return array;
}

static json_object *tool(void)
{
    json_object *driver = json_object_new_object(), *object = json_object_new_object();

    json_add_string(driver, "name", "dotsys portcheck");
    json_add_string(driver, "version", DOTSYS_VERSION);
    json_object_object_add(driver, "rules", rules());
    json_object_object_add(object, "driver", driver);
    return object;
}

/* What went wrong with the run itself: files that could not be read. */
static json_object *invocation(char *const *failed, size_t failed_count)
{
    json_object *object = json_object_new_object(), *notifications = json_object_new_array();

    json_object_object_add(
        object, "executionSuccessful", json_object_new_boolean(failed_count == 0));
    for (size_t i = 0; i < failed_count; i++) {
        json_object *one = json_object_new_object(), *locations = json_object_new_array();
        json_object *physical = json_object_new_object(), *place = json_object_new_object();
        json_add_string(one, "level", "error");
        json_object_object_add(
            one, "message", message("The source cannot be parsed, so it is not checked."));
        json_object_object_add(physical, "artifactLocation", artifact(failed[i]));
        json_object_object_add(place, "physicalLocation", physical);
        json_object_array_add(locations, place);
        json_object_object_add(one, "locations", locations);
        json_object_array_add(notifications, one);
    }
    json_object_object_add(object, "toolExecutionNotifications", notifications);
    return object;
}

void pc_print_sarif(const struct pc_findings *findings, char *const *failed, size_t failed_count)
{
    json_object *log = json_object_new_object(), *runs = json_object_new_array(),
                *run = json_object_new_object();
    json_object *results = json_object_new_array(), *invocations = json_object_new_array();

    json_add_string(log, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json_add_string(log, "version", "2.1.0");
    json_object_object_add(run, "tool", tool());
    json_object_array_add(invocations, invocation(failed, failed_count));
    json_object_object_add(run, "invocations", invocations);
    json_add_string(run, "columnKind", "unicodeCodePoints");
    for (size_t i = 0; i < findings->count; i++)
        json_object_array_add(results, result(findings, &findings->items[i]));
    json_object_object_add(run, "results", results);
    json_object_array_add(runs, run);
    json_object_object_add(log, "runs", runs);
    json_print(log);
}
