#pragma once

#include "core/config/config.h"
#include "ui/clusters/clusterchanges.h"
#include "ui/clusters/routeform.h"
#include "ui/clusters/routelist.h"

#include <QWidget>

#include <memory>
#include <optional>

class QLabel;
class QPushButton;
class QStackedWidget;

namespace qcc {

class EmptyState;

/// The routes and the fields of the selected one. It changes nothing itself: it asks, and shows what config.json then says. What was typed and not
/// saved stays, whichever route is looked at meanwhile.
class RoutesPane : public QWidget
{
    Q_OBJECT

public:
    explicit RoutesPane(QWidget *parent = nullptr);

    void setConfig(const ConfigSnapshot &config);
    /// Begins a new one, at the end.
    void addRoute();
    void save();
    bool hasUnsavedChanges() const;
    /// The last change was not taken. False where it is not for the form to say so.
    bool takeRefusal(const QString &why);
    /// The focus goes from the fields to the list.
    void leaveForm();
    void takeFocus();

Q_SIGNALS:
    void changeRequested(const qcc::ConfigChange &change);

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    /// What was typed into the route `base`; without one, into the new one.
    struct Edit {
        std::optional<RouteRule> base;
        RouteRule typed;
    };

    QWidget *makeBody();
    void arrange();
    void dress();
    /// Null: the selected one is new, or there is none.
    const RouteRule *selectedRoute() const;
    bool isNewSelected() const { return m_selected == m_config->routes.size() && find(std::nullopt); }
    const Edit *find(const std::optional<RouteRule> &base) const;
    Edit *find(const std::optional<RouteRule> &base) { return const_cast<Edit *>(std::as_const(*this).find(base)); }
    void forget(const std::optional<RouteRule> &base);
    std::optional<RouteRule> selectedBase() const;
    /// As typed, else as saved.
    RouteRule shownRule() const;
    RouteRule blankRule() const;
    void rebase(const QList<RouteRule> &before);
    void select(qsizetype at);
    void take(const RouteRule &rule);
    void revert();
    void removeAt(qsizetype at);
    void move(qsizetype from, qsizetype to);
    QList<RouteRow> rows() const;
    RouteFormContent content() const;
    void refresh();

    ConfigSnapshot m_config = std::make_shared<const Config>();
    QList<Edit> m_edits;
    qsizetype m_selected = -1; ///< Of the routes, behind them the new one; -1: none.
    std::optional<Edit> m_saving; ///< Handed on; the answer is not there yet.
    QString m_refusal;
    bool m_saved = false; ///< The selected one was, and nothing else was done since.

    QLabel *m_title;
    QLabel *m_sentence;
    QPushButton *m_add;
    QStackedWidget *m_stack;
    EmptyState *m_empty;
    QWidget *m_body;
    RouteList *m_list;
    RouteForm *m_form;
};

} // namespace qcc
