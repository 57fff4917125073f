#pragma once

#include "core/config/config.h"
#include "ui/clusters/endpointdraft.h"
#include "ui/widgets/theme.h"

#include <QHash>
#include <QWidget>

#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace qcc {

class FieldNote;
class FormGrid;
class MarkLabel;

enum class RouteField { Client, Class, Model, Path, Cluster, AsksFor };

/// Something to say about a field of a route.
struct RouteNote {
    RouteField field = RouteField::Client;
    DraftNote note;

    bool operator==(const RouteNote &) const = default;
};

/// All there is to say about `rule`, at most one note per field. `isNew`: what is not there may still come.
QList<RouteNote> notesOnRoute(const RouteRule &rule, bool isNew, const Config &config);
bool canBeSaved(const QList<RouteNote> &notes);
/// Whether a request that meets it goes there at all: its cluster has an enabled endpoint.
bool leadsSomewhere(const RouteRule &rule, const Config &config);

/// What the form is to show.
struct RouteFormContent {
    QString title;
    QString state; ///< Beside the title.
    RouteRule rule; ///< As typed.
    QStringList clusters;
    QList<RouteNote> notes = {};
    bool canSave = false;
    bool canRevert = false;
    std::optional<Meaning> remarkMeaning = {}; ///< Absent: a quiet word.
    QString remark = {};
};

/// The fields of one route. It changes nothing itself: it tells what was typed.
class RouteForm : public QWidget
{
    Q_OBJECT

public:
    explicit RouteForm(QWidget *parent = nullptr);

    void setContent(const RouteFormContent &content);
    void focusFirstField();

Q_SIGNALS:
    void edited(const qcc::RouteRule &rule);
    void saveRequested();
    void revertRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    QWidget *makeFields();
    void addField(FormGrid &grid, RouteField field, const QString &label, QWidget *editor);
    RouteRule typed() const;
    void fill(const RouteFormContent &content);
    void tellEdits();
    void dress();

    RouteFormContent m_content;
    QLabel *m_title;
    QLabel *m_state;
    QComboBox *m_client;
    QComboBox *m_class;
    QLineEdit *m_model;
    QLineEdit *m_path;
    QComboBox *m_cluster;
    QLineEdit *m_asksFor;
    QHash<RouteField, FieldNote *> m_notes;
    QPushButton *m_save;
    QPushButton *m_revert;
    MarkLabel *m_remarkMark;
    QLabel *m_remark;
    bool m_filling = false;
};

} // namespace qcc
