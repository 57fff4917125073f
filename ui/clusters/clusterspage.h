#pragma once

#include "ui/clusters/clustersstate.h"
#include "ui/model/configchange.h"

#include <QWidget>

#include <functional>
#include <optional>
#include <utility>

class QLayout;
class QStackedWidget;
class QTimer;

namespace qcc {

class ClusterHead;
class ClusterList;
class EmptyState;
class EndpointForm;
class EndpointList;
class RoutesPane;

/// Shows the clusters with their endpoints, and edits them. It changes nothing itself: it asks, and shows what config.json then says.
class ClustersPage : public QWidget
{
    Q_OBJECT

public:
    explicit ClustersPage(QWidget *parent = nullptr);

    void setConfig(const ConfigSnapshot &config);
    /// Which cluster is in use, and how its endpoints are.
    void setView(const ProxyView &view);
    /// One finished test, as core/report/recordsjson.h writes it.
    void showTestResult(const QJsonObject &probe);
    /// No test could be made; an empty id stands for all that were asked for.
    void testFailed(const QString &cluster, const QString &endpointId, const QString &why);
    /// The last change is in config.json.
    void editDone();
    /// The last change was not taken; what was typed stays.
    void editRefused(const QString &why);
    /// Opens the editor for a new endpoint, of a new cluster where there is none.
    void addEndpoint();
    /// The same, filled with what is known of it.
    void addEndpoint(const EndpointFields &known);
    /// Shows the endpoint of that name, with the cursor in its form.
    void editEndpoint(const QString &cluster, const QString &endpoint);
    /// The routes, in place of a cluster.
    void showRoutes();
    void addRoute();
    bool hasUnsavedChanges() const;
    /// Where something typed waits to be saved, the focus goes back to the list; what was typed stays. False where nothing waits.
    bool leaveForm();
    QSize minimumSizeHint() const override;

    /// Whether the form shows all of its fields.
    QByteArray saveState() const;
    void restoreState(const QByteArray &state);

Q_SIGNALS:
    void changeRequested(const qcc::ConfigChange &change);
    void clusterChosen(const QString &name);
    /// An empty id: all enabled endpoints.
    void testRequested(const QString &cluster, const QString &endpointId);
    /// The same with a message, which costs something.
    void messageRequested(const QString &cluster, const QString &endpointId);
    void testCancelled();
    void resetRequested(const QString &cluster, const QString &endpointId);
    void importRequested();
    void demoRequested();
    void openConfigRequested();
    /// `text` is for everybody to see, until it is over.
    void problemFound(const QString &text);
    void problemOver(const QString &text);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeNoCluster();
    QWidget *makeContent();
    void connectClusters();
    void connectEndpoints();
    void connectRoutes();
    void addShortcuts();

    void request(const ConfigChange &change);
    void addCluster();
    void renameCluster(const QString &from, const QString &to);
    void cloneCluster(const QString &name);
    void cloneEndpoint(const QString &endpoint);
    void deleteCluster(const QString &name);
    void deleteEndpoint(const QString &endpoint);
    void ask(const QString &question, const QStringList &losses, const QString &comesBack, const QString &yes, std::function<void()> act);
    void tellProblem(const QString &text);
    void save();
    std::optional<EndpointPlace> endSaving();
    void revert();
    void test(const QString &endpoint, TestKind kind);
    void testAll(TestKind kind);
    void requestTest(const QString &cluster, const QStringList &ids, const QString &asked, TestKind kind);
    void testSaved(const EndpointPlace &place);
    void moveEndpoint(const QString &endpoint, const QString &toCluster);
    void cancelTests();
    void takeDraft(const EndpointDraft &draft);
    void selectCluster(const QString &name);
    void selectEndpoint(const QString &endpoint);
    void takeNext();
    void copyAddress(const QString &cluster);
    QString addressOf(const QString &cluster) const;
    void refresh();
    void refreshEndpoints();
    void runClock();

    ClustersState m_state;
    QTimer *m_savingTakesLong;
    QTimer *m_clock; ///< Runs only while something counts down before the user's eyes.
    bool m_awaitsChange = false; ///< One was asked for; the next configuration answers.
    QString m_nextCluster;                    ///< To be selected as soon as it exists.
    bool m_nameNextCluster = false;           ///< And its name to be edited.
    std::optional<QStringList> m_beforeClone; ///< The endpoints there were; the one that is not among them is to be selected.
    std::optional<std::pair<QString, QString>> m_renaming;
    std::optional<std::pair<EndpointPlace, EndpointPlace>> m_moving; ///< From where to where.
    std::optional<TestKind> m_testWhenSaved;
    bool m_showsRoutes = false;
    QString m_problem; ///< Told, and not over yet.

    QStackedWidget *m_pages;
    QWidget *m_noCluster;
    EmptyState *m_broken;
    QWidget *m_content;
    ClusterList *m_clusters;
    ClusterHead *m_head;
    QStackedWidget *m_body;
    EmptyState *m_noEndpoint;
    QWidget *m_editor;
    EndpointList *m_endpoints;
    EndpointForm *m_form;
    RoutesPane *m_routes;
    QStackedWidget *m_shown; ///< The cluster, or the routes.
    QLayout *m_right;
};

} // namespace qcc
